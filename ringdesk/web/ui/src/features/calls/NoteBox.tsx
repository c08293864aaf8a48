import { Group, Text, Textarea } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconPencil } from '@tabler/icons-react';
import { type KeyboardEvent, type Ref, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useNarrow } from '@/shared/list/useNarrow';
import type { SaveState, Written } from './autosave';
import { useCallNote } from './call-notes';
import classes from './NoteBox.module.css';

interface Props {
  userId: number;
  callId: string;
  /** What the server has of it. */
  written: Written;
  inputRef?: Ref<HTMLTextAreaElement>;
}

/** One's note on this call, saved as it is typed. */
export function NoteBox({ userId, callId, written, inputRef }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const narrow = useNarrow();
  const note = useCallNote(userId, callId, written);
  const leave = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key === 'Escape') event.currentTarget.blur(); // back to where the single keys work
  };
  return (
    <div>
      <Group justify="space-between" mb={6} mih={22}>
        <label htmlFor={id} className={classes.label}>
          {t('calls.note.label')}
        </label>
        {(note.text !== '' || note.state !== 'saved') && <Saving state={note.state} onRetry={note.flush} />}
      </Group>
      <Textarea
        id={id}
        ref={inputRef}
        value={note.text}
        onChange={(event) => note.edit(event.currentTarget.value)}
        onBlur={note.flush}
        onKeyDown={leave}
        placeholder={t('calls.note.placeholder')}
        autosize
        minRows={narrow ? 4 : 8}
        maxRows={16}
        maxLength={20_000}
      />
    </div>
  );
}

function Saving({ state, onRetry }: { state: SaveState; onRetry: () => void }) {
  const { t } = useTranslation();
  const icon = {
    saved: <IconCheck size={14} />,
    failed: <IconAlertTriangle size={14} />,
    waiting: <IconPencil size={14} />,
    saving: <IconPencil size={14} />,
  }[state];
  return (
    <Text size="xs" c={state === 'failed' ? 'red' : 'dimmed'} role="status" className={classes.saving} data-state={state}>
      {icon}
      {t(`calls.note.${state}`)}
      {state === 'failed' && (
        <button type="button" className={classes.retry} onClick={onRetry}>
          {t('common.retry')}
        </button>
      )}
    </Text>
  );
}
