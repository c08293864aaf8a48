import { Alert, Button } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { IconAlertTriangle } from '@tabler/icons-react';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useProblemText } from '@/shared/ui/problems';
import { Surface } from '@/shared/ui/Surface';
import type { Peaks } from '../api/peaks';
import type { Mark, RecordingDetail } from '../api/recording';
import { CommentButton } from './CommentButton';
import { Controls } from './Controls';
import { DownloadButton } from './DownloadButton';
import { type Kind, LASTING } from './kinds';
import { Legend, Markers } from './Markers';
import type { Playback } from './playback';
import classes from './Player.module.css';
import { usePlaying } from './usePlayback';
import { Waveform } from './Waveform';

interface Props {
  recording: RecordingDetail;
  playback: Playback;
  peaks: Peaks;
  /** Everything on the timeline: the recording's own, and what others found in it. */
  marks: Mark[];
}

/** Both voices to see and to hear. */
export function Player({ recording, playback, peaks, marks }: Props) {
  const { t } = useTranslation();
  const { ref, height } = useElementSize<HTMLDivElement>();
  const [hidden, setHidden] = useState<ReadonlySet<Kind>>(new Set());
  const shown = useMemo(() => marks.filter((mark) => !hidden.has(mark.kind)), [marks, hidden]);
  const toggle = (kind: Kind) =>
    setHidden((now) => {
      const next = new Set(now);
      if (!next.delete(kind)) next.add(kind);
      return next;
    });
  return (
    <Surface label={t('recordings.player.title')} className={classes.player} style={{ '--above': `${height}px` }}>
      <Voice playback={playback} />
      <div ref={ref} className={classes.above}>
        <Problem playback={playback} />
        <div className={classes.sides}>
          <Sides recording={recording} />
          <div className={classes.timeline}>
            {marks.length > 0 && <Markers marks={shown} duration={peaks.duration_s} onSeek={(time) => playback.seek(time, true)} />}
            <Waveform playback={playback} peaks={peaks} stretches={shown.filter((mark) => LASTING.has(mark.kind))} />
          </div>
        </div>
        <Legend marks={marks} hidden={hidden} onToggle={toggle} />
      </div>
      <Controls playback={playback}>
        <CommentButton id={recording.id} playback={playback} />
        {recording.downloadable && <DownloadButton id={recording.id} />}
      </Controls>
    </Surface>
  );
}

/** The audio itself stands in the page like any other: what helps people to hear pages looks for it there. */
function Voice({ playback: { audio } }: { playback: Playback }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    place.current?.append(audio);
    return () => audio.remove();
  }, [audio]);
  return <div ref={place} hidden />;
}

/** Who is above and who is below, beside the waveform. */
function Sides({ recording: { channels, agents, customer, caller } }: { recording: RecordingDetail }) {
  const { t } = useTranslation();
  const agent = agents.map(({ name }) => name).join(', ');
  const other = customer?.name ?? caller?.name ?? caller?.pretty ?? caller?.number;
  if (channels < 2)
    return (
      <div className={classes.names}>
        <Side side="mixed" title={t('recordings.sides.mixed')}>
          {t('recordings.sides.mixedHint')}
        </Side>
      </div>
    );
  return (
    <div className={classes.names}>
      <Side side="agent" title={t('recordings.sides.agent')}>
        {agent}
      </Side>
      <Side side="customer" title={t('recordings.sides.customer')}>
        {other}
      </Side>
    </div>
  );
}

function Side({ side, title, children }: { side: string; title: string; children: ReactNode }) {
  return (
    <div className={classes.side} data-side={side}>
      <span className={classes.title}>{title}</span>
      <span className={classes.name}>{children}</span>
    </div>
  );
}

function Problem({ playback }: { playback: Playback }) {
  const { t } = useTranslation();
  const tell = useProblemText();
  const { problem } = usePlaying(playback);
  if (problem === null) return null;
  const text = problem instanceof Error && problem.name === 'Problem' ? tell(problem) : t('recordings.player.broken');
  return (
    <Alert color="red" icon={<IconAlertTriangle size={18} />} role="alert">
      {text}{' '}
      <Button size="compact-xs" variant="default" ml="xs" onClick={() => void playback.play()}>
        {t('common.retry')}
      </Button>
    </Alert>
  );
}
