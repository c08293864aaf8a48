import { ActionIcon, Button, Group, Menu, Modal, Stack, Text, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDots, IconLink, IconLock, IconLockOpen, IconTextScan2, IconTrash } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/features/session/rights';
import { Confirm } from '@/shared/ui/Confirm';
import { useTellProblem } from '@/shared/ui/problems';
import { useHold } from './api/hold';
import type { Recording } from './api/recordings';
import { useRemoveRecording } from './api/remove-recording';
import { useTranscribe } from './api/transcribe';

interface Props {
  recording: Recording;
  /** Asks whose call it is. */
  onAttach: () => void;
  onRemoved?: () => void;
}

/** Everything that can be done with a recording besides hearing it. */
export function RecordingActions({ recording, onAttach, onRemoved }: Props) {
  const { t } = useTranslation();
  const may = useMay();
  const tell = useTellProblem();
  const transcribe = useTranscribe(recording.id);
  const hold = useHold(recording.id);
  const remove = useRemoveRecording(recording.id);
  const [asking, setAsking] = useState<'hold' | 'remove' | null>(null);
  const close = () => setAsking(null);
  const manages = may('recordings.manage');
  const ask = () =>
    transcribe.mutate(undefined, { onSuccess: () => notifications.show({ message: t('recordings.transcribe.asked') }), onError: tell });
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon size="lg" aria-label={t('common.moreActions')} loading={hold.isPending || transcribe.isPending}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {manages && (
            <Menu.Item leftSection={<IconLink size={16} />} onClick={onAttach}>
              {t(recording.call_id === null ? 'recordings.attach.action' : 'recordings.attach.other')}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconTextScan2 size={16} />} onClick={ask}>
            {t(recording.transcript ? 'recordings.transcribe.again' : 'recordings.transcribe.now')}
          </Menu.Item>
          {manages && !recording.held && (
            <Menu.Item leftSection={<IconLock size={16} />} onClick={() => setAsking('hold')}>
              {t('recordings.hold.action')}
            </Menu.Item>
          )}
          {manages && recording.held && (
            <Menu.Item leftSection={<IconLockOpen size={16} />} onClick={() => hold.mutate(null, { onError: tell })}>
              {t('recordings.hold.lift')}
            </Menu.Item>
          )}
          {manages && (
            <Menu.Item leftSection={<IconTrash size={16} />} color="red" onClick={() => setAsking('remove')} disabled={recording.held}>
              {t('recordings.remove.action')}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <HoldDialog
        opened={asking === 'hold'}
        working={hold.isPending}
        onClose={close}
        onHold={(reason) => hold.mutate(reason, { onSuccess: close, onError: tell })}
      />
      <Confirm
        opened={asking === 'remove'}
        title={t('recordings.remove.title')}
        text={t('recordings.remove.text')}
        action={t('recordings.remove.action')}
        danger
        working={remove.isPending}
        onClose={close}
        onConfirm={() =>
          remove.mutate(undefined, {
            onSuccess: () => {
              close();
              onRemoved?.();
            },
            onError: tell,
          })
        }
      />
    </>
  );
}

interface HoldProps {
  opened: boolean;
  working: boolean;
  onHold: (reason: string) => void;
  onClose: () => void;
}

function HoldDialog({ opened, working, onHold, onClose }: HoldProps) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim()) onHold(reason.trim());
  };
  return (
    <Modal opened={opened} onClose={onClose} title={t('recordings.hold.title')}>
      <form onSubmit={submit} data-dirty={reason !== '' || undefined}>
        <Stack>
          <Text size="sm" c="dimmed">
            {t('recordings.hold.text')}
          </Text>
          <Textarea
            label={t('recordings.hold.reason')}
            placeholder={t('recordings.hold.reasonHint')}
            required
            autosize
            minRows={2}
            maxLength={500}
            data-autofocus
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" loading={working} disabled={!reason.trim()}>
              {t('recordings.hold.action')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
