import { Text } from '@mantine/core';
import { IconBrain, IconEyeOff, IconHourglass, IconMicrophoneOff, IconTextScan2, IconVolumeOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/features/session/rights';
import { isProblem } from '@/shared/api/problem';
import { Failed, Loading, Nothing } from '@/shared/ui/States';
import { Surface } from '@/shared/ui/Surface';
import { type Peaks, peaksQuery } from './api/peaks';
import type { Mark, RecordingDetail } from './api/recording';
import { transcriptQuery } from './api/transcript';
import classes from './Listening.module.css';
import type { Playback } from './player/playback';
import { Player } from './player/Player';
import { usePlayback } from './player/usePlayback';
import { StateBadge } from './states';
import { TranscribeButton } from './TranscribeButton';
import { Transcript } from './transcript/Transcript';

const NO_MARKS: Mark[] = [];

interface Props {
  recording: RecordingDetail;
  /** Seconds to begin at. */
  at?: number;
  /** What others found in it, for the timeline. */
  found?: Mark[];
  /** Beside the transcript; `seek` lets a moment be heard. */
  aside: (seek: (time: number) => void) => ReactNode;
}

/** A recording to hear and to read, or why it cannot be. */
export function Listening({ recording, at, found = NO_MARKS, aside }: Props) {
  const { id, playable } = recording;
  const peaks = useQuery({ ...peaksQuery(id), enabled: playable });
  const playback = usePlayback(id, peaks.data?.duration_s ?? recording.duration_s ?? 0, peaks.data);
  useStart(playback, at);
  const seek = (time: number) => playback.seek(time, playable);
  return (
    <div className={classes.listening}>
      <Sound
        recording={recording}
        peaks={peaks.data}
        error={peaks.error}
        onRetry={() => void peaks.refetch()}
        playback={playback}
        found={found}
      />
      <div className={classes.columns}>
        <Words recording={recording} playback={playback} />
        <div className={classes.aside}>{aside(seek)}</div>
      </div>
    </div>
  );
}

/** From a link to a moment. The sound waits for a click, as browsers want it. */
function useStart(playback: Playback, at: number | undefined): void {
  const begun = useRef<number | undefined>(undefined);
  useEffect(() => {
    begun.current = undefined;
  }, [playback]);
  useEffect(() => {
    if (at === undefined || begun.current === at || playback.duration === 0) return;
    begun.current = at;
    playback.seek(at);
  }, [playback, at]);
}

interface SoundProps {
  recording: RecordingDetail;
  peaks: Peaks | undefined;
  error: unknown;
  onRetry: () => void;
  playback: Playback;
  found: Mark[];
}

function Sound({ recording, peaks, error, onRetry, playback, found }: SoundProps) {
  if (!recording.playable)
    return (
      <Surface>
        <Silent recording={recording} />
      </Surface>
    );
  if (error && !peaks)
    return (
      <Surface>
        <Failed error={error} onRetry={onRetry} />
      </Surface>
    );
  if (!peaks)
    return (
      <Surface>
        <Loading lines={3} height={56} />
      </Surface>
    );
  return <Player recording={recording} playback={playback} peaks={peaks} marks={[...recording.marks, ...found]} />;
}

/** Why there is nothing to hear, and what to do. */
function Silent({ recording }: { recording: RecordingDetail }) {
  const { t } = useTranslation();
  const { state, withheld, reason, progress } = recording;
  if (withheld) {
    const waits = state === 'no_model' ? t('recordings.silent.withheldNoModel') : t('recordings.silent.withheldHint');
    return (
      <Nothing icon={<IconEyeOff stroke={1.5} />} title={t('recordings.silent.withheld')} hint={waits}>
        {progress === null ? <TranscribeButton recording={recording} /> : <StateBadge recording={recording} />}
      </Nothing>
    );
  }
  if (state === 'failed')
    return (
      <Nothing
        icon={<IconVolumeOff stroke={1.5} />}
        title={t('recordings.silent.failed')}
        hint={reason ?? t('recordings.silent.failedHint')}
      >
        <TranscribeButton recording={recording} />
      </Nothing>
    );
  if (state === 'found')
    return (
      <Nothing
        icon={<IconHourglass stroke={1.5} />}
        title={t('recordings.silent.found')}
        hint={reason ?? t('recordings.silent.foundHint')}
      />
    );
  return <Nothing icon={<IconMicrophoneOff stroke={1.5} />} title={t('recordings.silent.none')} hint={t('recordings.silent.noneHint')} />;
}

function Words({ recording, playback }: { recording: RecordingDetail; playback: Playback }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({ ...transcriptQuery(recording.id), enabled: recording.transcript });
  const names = {
    agent: recording.agents.map(({ name }) => name).join(', ') || t('recordings.sides.agent'),
    customer: recording.customer?.name ?? recording.caller?.name ?? t('recordings.sides.customer'),
    mixed: t('recordings.sides.mixed'),
  };
  const missing = isProblem(error) && error.status === 404;
  return (
    <Surface
      title={t('recordings.transcript.title')}
      className={classes.words}
      flush
      aside={recording.transcript ? <Model model={data?.model} /> : <StateBadge recording={recording} />}
    >
      {!recording.transcript || missing ? (
        <Unwritten recording={recording} />
      ) : error && !data ? (
        <Failed error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <div className={classes.padded}>
          <Loading lines={10} height={20} />
        </div>
      ) : data.utterances.length === 0 ? (
        <Nothing
          icon={<IconTextScan2 stroke={1.5} />}
          title={t('recordings.transcript.empty')}
          hint={t('recordings.transcript.emptyHint')}
        />
      ) : (
        <Transcript transcript={data} playback={playback} names={names} playable={recording.playable} />
      )}
    </Surface>
  );
}

function Model({ model }: { model: string | undefined }) {
  const { t } = useTranslation();
  if (!model) return null;
  return (
    <Text size="xs" c="dimmed" truncate maw="50%" title={t('recordings.transcript.model', { model })}>
      {t('recordings.transcript.model', { model })}
    </Text>
  );
}

/** Why there is nothing to read yet. */
function Unwritten({ recording }: { recording: RecordingDetail }) {
  const { t } = useTranslation();
  const may = useMay();
  const { state, progress, reason, playable } = recording;
  if (progress !== null && playable)
    return (
      <Nothing icon={<IconTextScan2 stroke={1.5} />} title={t('recordings.unwritten.now')} hint={t('recordings.unwritten.nowHint')}>
        <StateBadge recording={recording} />
      </Nothing>
    );
  if (state === 'no_model') {
    const hint = may('system.read')
      ? t('recordings.unwritten.noModelAdmin', { language: recording.language ?? 'en-us' })
      : t('recordings.unwritten.noModel');
    return <Nothing icon={<IconBrain stroke={1.5} />} title={t('recordings.state.no_model')} hint={hint} />;
  }
  if (!playable)
    return (
      <Nothing icon={<IconHourglass stroke={1.5} />} title={t('recordings.unwritten.waits')} hint={t('recordings.unwritten.audioFirst')} />
    );
  if (state === 'failed')
    return (
      <Nothing
        icon={<IconVolumeOff stroke={1.5} />}
        title={t('recordings.unwritten.failed')}
        hint={reason ?? t('recordings.silent.failedHint')}
      >
        <TranscribeButton recording={recording} />
      </Nothing>
    );
  return (
    <Nothing
      icon={<IconHourglass stroke={1.5} />}
      title={t('recordings.unwritten.waits')}
      hint={reason ?? t('recordings.unwritten.waitsHint')}
    >
      <TranscribeButton recording={recording} />
    </Nothing>
  );
}
