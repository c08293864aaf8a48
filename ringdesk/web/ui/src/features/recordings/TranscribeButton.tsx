import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconTextScan2 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useTellProblem } from '@/shared/ui/problems';
import type { Recording } from './api/recordings';
import { useTranscribe } from './api/transcribe';

/** Before all others; again where it failed. */
export function TranscribeButton({ recording }: { recording: Pick<Recording, 'id' | 'state'> }) {
  const { t } = useTranslation();
  const tell = useTellProblem();
  const transcribe = useTranscribe(recording.id);
  return (
    <Button
      variant="default"
      size="xs"
      leftSection={<IconTextScan2 size={15} />}
      loading={transcribe.isPending}
      onClick={() =>
        transcribe.mutate(undefined, { onSuccess: () => notifications.show({ message: t('recordings.transcribe.asked') }), onError: tell })
      }
    >
      {t(recording.state === 'failed' ? 'common.retry' : 'recordings.transcribe.now')}
    </Button>
  );
}
