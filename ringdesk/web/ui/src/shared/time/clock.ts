import { useSyncExternalStore } from 'react';

let ahead = 0; // ms that the PBX's clock is ahead of the browser's
let tick = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

/** Running times are counted by the PBX's clock, whatever the browser's shows. */
export function setPbxTime(at: string, receivedAt: number = Date.now()): void {
  ahead = Date.parse(at) - receivedAt;
  step();
}

/** ms since 1970 by the PBX's clock. */
export function pbxNow(): number {
  return Date.now() + ahead;
}

/** Whole seconds from `since` to `now`, never negative. */
export function secondsSince(since: string, now: number): number {
  return Math.max(0, Math.floor((now - Date.parse(since)) / 1000));
}

/** Whole seconds left until `until`, never negative. Counts down to 0 exactly at the end. */
export function secondsUntil(until: string, now: number): number {
  return Math.max(0, Math.ceil((Date.parse(until) - now) / 1000));
}

function step(): void {
  tick = pbxNow();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(step, 250); // shown in seconds; a quarter keeps two clocks on one page in step
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The PBX's time rounded down to the second; the component renders once a second. */
export function usePbxNow(): number {
  return useSyncExternalStore(subscribe, () => Math.floor((timer ? tick : pbxNow()) / 1000) * 1000);
}
