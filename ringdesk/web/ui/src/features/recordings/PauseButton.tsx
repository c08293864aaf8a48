import { Button, Tooltip } from '@mantine/core';
import { IconMicrophoneOff, IconPlayerRecordFilled } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { SHORTCUTS, useShortcut } from '@/shared/keys/shortcuts';
import { RunningTime } from '@/shared/time/RunningTime';
import classes from './PauseButton.module.css';
import { usePausing } from './usePausing';

/** Silence on the recording while a card number is read out, and sound again. */
export function PauseButton({ callId }: { callId: string }) {
  const { t } = useTranslation();
  const { since, toggle, working } = usePausing(callId);
  useShortcut('pauseRecording', toggle, !working);
  return (
    <>
      {since !== null && (
        <span role="status">
          <PausedSign since={since} />
        </span>
      )}
      <Tooltip label={`${t('recordings.pause.hint')} · ${t('keys.hint', { key: SHORTCUTS.card.pauseRecording.toUpperCase() })}`}>
        <Button
          variant="default"
          leftSection={since === null ? <IconMicrophoneOff size={17} /> : <IconPlayerRecordFilled size={17} className={classes.record} />}
          loading={working}
          onClick={toggle}
        >
          {t(since === null ? 'recordings.pause.pause' : 'recordings.pause.resume')}
        </Button>
      </Tooltip>
    </>
  );
}

/** That nothing is recorded just now, and for how long already. */
function PausedSign({ since, small }: { since: string; small?: boolean }) {
  const { t } = useTranslation();
  return (
    <span className={classes.paused} data-small={small}>
      <IconMicrophoneOff size={16} aria-hidden />
      {t('recordings.pause.on')} <RunningTime since={since} />
    </span>
  );
}

/** The same where there is only a line for it. */
export function PausedMark({ callId }: { callId: string }) {
  const { since } = usePausing(callId);
  return since === null ? null : <PausedSign since={since} small />;
}
