import { ActionIcon, Group, Text, UnstyledButton } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useMay, useMe } from '@/features/session/rights';
import { clock } from '@/shared/time/format';
import { useTellProblem } from '@/shared/ui/problems';
import { useComments } from './api/comment';
import type { Mark } from './api/recording';
import classes from './Comments.module.css';

interface Props {
  id: number;
  marks: Mark[];
  onSeek: (time: number) => void;
}

/** What people wrote at places of the recording. */
export function Comments({ id, marks, onSeek }: Props) {
  const { t } = useTranslation();
  const me = useMe();
  const may = useMay();
  const tell = useTellProblem();
  const { remove } = useComments(id);
  const comments = marks.filter((mark) => mark.kind === 'comment');
  if (comments.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {t('recordings.comments.none')}
      </Text>
    );
  return (
    <ul className={classes.list}>
      {comments.map((mark) => (
        <li key={mark.id}>
          <Group gap={6} justify="space-between" wrap="nowrap">
            <Text size="xs" c="dimmed">
              <UnstyledButton
                className={classes.at}
                onClick={() => onSeek(mark.start)}
                aria-label={t('recordings.transcript.playFrom', { at: clock(mark.start) })}
              >
                {clock(mark.start)}
              </UnstyledButton>{' '}
              · {mark.by?.name ?? t('common.somebody')}
            </Text>
            {mark.id !== null && (mark.by?.id === me.id || may('recordings.manage')) && (
              <ActionIcon
                size="sm"
                aria-label={t('recordings.comments.remove', { at: clock(mark.start) })}
                loading={remove.isPending && remove.variables === mark.id}
                onClick={() => mark.id !== null && remove.mutate(mark.id, { onError: tell })}
              >
                <IconTrash size={14} />
              </ActionIcon>
            )}
          </Group>
          <Text size="sm" className={classes.text}>
            {mark.text}
          </Text>
        </li>
      ))}
    </ul>
  );
}
