import { ActionIcon, Button, Group, Popover, Stack, Textarea, Tooltip } from '@mantine/core';
import { IconMessagePlus } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SHORTCUTS, useShortcut } from '@/shared/keys/shortcuts';
import { clock } from '@/shared/time/format';
import { useTellProblem } from '@/shared/ui/problems';
import { useComments } from '../api/comment';
import type { Playback } from './playback';

/** A comment at the place that is heard just now, for all who may hear the recording. */
export function CommentButton({ id, playback }: { id: number; playback: Playback }) {
  const { t } = useTranslation();
  const [at, setAt] = useState<number | null>(null);
  const open = () => setAt(playback.time);
  const close = () => setAt(null);
  useShortcut('comment', open);
  const name = t('recordings.comments.add');
  return (
    <Popover opened={at !== null} onDismiss={close} position="top-end" trapFocus returnFocus shadow="md" width={320} withArrow>
      <Popover.Target>
        <Tooltip label={`${name} · ${t('keys.hint', { key: SHORTCUTS.player.comment.toUpperCase() })}`}>
          <ActionIcon size="lg" aria-label={name} onClick={at === null ? open : close}>
            <IconMessagePlus size={20} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown>{at !== null && <CommentForm id={id} at={at} onDone={close} />}</Popover.Dropdown>
    </Popover>
  );
}

function CommentForm({ id, at, onDone }: { id: number; at: number; onDone: () => void }) {
  const { t } = useTranslation();
  const tell = useTellProblem();
  const { add } = useComments(id);
  const [text, setText] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim()) add.mutate({ at, text: text.trim() }, { onSuccess: onDone, onError: tell });
  };
  return (
    <form onSubmit={submit} data-dirty={text !== '' || undefined}>
      <Stack gap="xs">
        <Textarea
          label={t('recordings.comments.at', { at: clock(at) })}
          placeholder={t('recordings.comments.placeholder')}
          autosize
          minRows={2}
          maxRows={8}
          maxLength={2000}
          data-autofocus
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit(event);
          }}
        />
        <Group justify="flex-end" gap="xs">
          <Button size="xs" variant="default" onClick={onDone}>
            {t('common.cancel')}
          </Button>
          <Button size="xs" type="submit" loading={add.isPending} disabled={!text.trim()}>
            {t('recordings.comments.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
