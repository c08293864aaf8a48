import { Badge, Progress } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/shared/time/format';
import type { Recording, RecordingState } from './api/recordings';
import classes from './states.module.css';

const COLOR: Record<RecordingState, string> = {
  found: 'accent',
  stored: 'accent',
  transcribed: 'accent',
  scored: 'green',
  no_model: 'yellow',
  unmatched: 'yellow',
  failed: 'red',
};

/** How far a recording has come; while it is transcribed, how far that has. */
export function StateBadge({ recording: { state, progress, reason } }: { recording: Pick<Recording, 'state' | 'progress' | 'reason'> }) {
  const { t } = useTranslation();
  const format = useFormats();
  if (progress !== null)
    return (
      <span className={classes.progress}>
        {t('recordings.state.transcribing', { share: format.percent(progress) })}
        <Progress value={progress * 100} size={4} aria-label={t('recordings.state.progress')} />
      </span>
    );
  return (
    <Badge color={COLOR[state]} title={reason ?? undefined}>
      {t(`recordings.state.${state}`)}
    </Badge>
  );
}
