import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { getNonce } from 'get-nonce';
import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import WaveSurfer from 'wavesurfer.js';
import { clock } from '@/shared/time/format';
import type { Peaks } from '../api/peaks';
import type { Mark } from '../api/recording';
import type { Playback } from './playback';
import { percent, ticks } from './timeline';
import { useAtTime } from './usePlayback';
import classes from './Waveform.module.css';

const HEIGHT = 56; // px of one side
const TICKS = 64; // px between two times on the axis
const LABEL = 44; // px that a time needs; the last tick has none where it would stand out of the axis
const STEP = 5; // seconds by an arrow key
const PAGE = 30; // seconds by a page key
const LOUD = 0.25; // of full scale; a call that is nowhere louder is drawn as it is and not blown up to the noise of its line

interface Props {
  playback: Playback;
  peaks: Peaks;
  /** What lasts: on hold, or silent because it was paused or masked. */
  stretches: Mark[];
}

/** Both sides over time, the agent above; a click goes there. */
export function Waveform({ playback, peaks, stretches }: Props) {
  const { t } = useTranslation();
  const { ref, width } = useElementSize<HTMLDivElement>();
  const second = useAtTime(playback, Math.floor);
  const [pointed, setPointed] = useState<number | null>(null);
  const duration = peaks.duration_s;
  const at = (event: PointerEvent<HTMLDivElement>) => {
    const { left, width: whole } = event.currentTarget.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - left) / whole)) * duration;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const jump: Record<string, number> = {
      ArrowLeft: playback.time - STEP,
      ArrowRight: playback.time + STEP,
      PageDown: playback.time - PAGE,
      PageUp: playback.time + PAGE,
      Home: 0,
      End: duration,
    };
    const time = jump[event.key];
    if (time === undefined) return;
    event.preventDefault();
    playback.seek(time);
  };
  return (
    <div className={classes.wave}>
      <div
        ref={ref}
        className={classes.area}
        role="slider"
        tabIndex={0}
        aria-label={t('recordings.player.position')}
        aria-valuemin={0}
        aria-valuemax={Math.ceil(duration)}
        aria-valuenow={second}
        aria-valuetext={t('recordings.player.positionOf', { at: clock(second), length: clock(duration) })}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          playback.seek(at(event));
        }}
        onPointerMove={(event) => {
          const time = at(event);
          setPointed(event.pointerType === 'mouse' ? time : null);
          if (event.currentTarget.hasPointerCapture(event.pointerId)) playback.seek(time);
        }}
        onPointerLeave={() => setPointed(null)}
      >
        <Drawing playback={playback} peaks={peaks} />
        {stretches.map((mark, i) => (
          <span
            key={i}
            className={classes.stretch}
            data-kind={mark.kind}
            style={{ left: `${percent(mark.start, duration)}%`, right: `${100 - percent(mark.end ?? duration, duration)}%` }}
          />
        ))}
        {pointed !== null && (
          <span
            className={classes.pointed}
            style={{ left: `${percent(pointed, duration)}%` }}
            data-end={pointed > duration * 0.9 || undefined}
          >
            <span>{clock(pointed)}</span>
          </span>
        )}
      </div>
      <div className={classes.axis} aria-hidden>
        {ticks(duration, width, TICKS).map((tick) => (
          <span key={tick} style={{ left: `${percent(tick, duration)}%` }}>
            {(1 - tick / duration) * width > LABEL && clock(tick)}
          </span>
        ))}
      </div>
    </div>
  );
}

/** The picture alone: wavesurfer draws the peaks and moves the played part with the audio. */
function Drawing({ playback, peaks }: { playback: Playback; peaks: Peaks }) {
  const place = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme('light');
  useEffect(() => {
    const container = place.current;
    if (!container || !(peaks.duration_s > 0) || !peaks.channels[0]?.length) return;
    const style = getComputedStyle(container);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const sides = peaks.channels.length > 1 ? ['agent', 'customer'] : ['mixed'];
    const channels = peaks.channels.map((channel) => Float32Array.from(channel, (peak) => peak / 255));
    const wave = WaveSurfer.create({
      container,
      cspNonce: getNonce(),
      media: playback.audio,
      peaks: channels,
      duration: peaks.duration_s,
      interact: false,
      height: HEIGHT,
      barWidth: 2,
      barGap: 1,
      barRadius: 1,
      barMinHeight: 1,
      normalize: true,
      maxPeak: Math.max(LOUD, ...channels.map((channel) => channel.reduce((most, peak) => Math.max(most, peak), 0))),
      cursorColor: colour('--mantine-color-text'),
      cursorWidth: 2,
      splitChannels: sides.map((side) => ({ waveColor: colour(`--wave-${side}`), progressColor: colour(`--wave-${side}-played`) })),
    });
    // Without an address yet the audio says nothing when the position is chosen.
    const follow = playback.follow((time) => {
      if (!playback.audio.currentSrc) wave.getRenderer().renderProgress(time / peaks.duration_s, false);
    });
    const ready = wave.on('ready', () => wave.getRenderer().renderProgress(playback.time / peaks.duration_s, false));
    return () => {
      follow();
      ready();
      wave.destroy();
    };
  }, [playback, peaks, scheme]);
  return <div ref={place} className={classes.drawing} aria-hidden />;
}
