import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { makeLink } from '../api/link';
import type { Peaks } from '../api/peaks';
import { Playback, type Playing } from './playback';
import { silences } from './silence';

/** The playing of one recording, for as long as it is shown. `peaks` tell where nobody speaks. */
export function usePlayback(id: number, duration: number, peaks: Peaks | undefined): Playback {
  const playback = useMemo(() => new Playback(() => makeLink(id), duration), [id, duration]);
  const silent = useMemo(() => (peaks ? silences(peaks) : []), [peaks]);
  useEffect(() => playback.leaveOut(silent), [playback, silent]);
  useEffect(() => playback.stop, [playback]);
  return playback;
}

export function usePlaying(playback: Playback): Playing {
  return useSyncExternalStore(playback.subscribe, playback.read);
}

/** Something reckoned from the position; renders when that changes, not with every picture. Must give the same value for the same place. */
export function useAtTime<T extends string | number | boolean | null>(playback: Playback, reckon: (time: number) => T): T {
  return useSyncExternalStore(playback.follow, () => reckon(playback.time));
}
