import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../api/client';
import { useFormats } from '../time/format';
import classes from './NoteText.module.css';

interface Props {
  note: Schemas['NoteView'];
  actions?: ReactNode;
}

/** What somebody wrote, who and when. */
export function NoteText({ note, actions }: Props) {
  const { t } = useTranslation();
  const format = useFormats();
  const changed = Date.parse(note.updated_at) - Date.parse(note.created_at) > 60_000 && note.call_id === null;
  return (
    <div className={classes.note}>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text size="xs" c="dimmed">
          <Text span size="xs" fw={600} c="var(--mantine-color-text)">
            {note.author?.name ?? t('common.somebody')}
          </Text>{' '}
          · {format.moment(note.created_at)}
          {changed && ` · ${t('common.edited')}`}
        </Text>
        {actions}
      </Group>
      <Text size="sm" className={classes.body}>
        {note.body}
      </Text>
    </div>
  );
}
