import type { Mark } from '../api/recording';

/** Marks so near to each other on the screen that they are one thing to click. */
export interface Spot {
  /** Seconds. */
  at: number;
  marks: Mark[];
}

/** Groups marks that would cover each other: every group spans less than `gap` pixels of `width`, and is at its first mark. */
export function spots(marks: readonly Mark[], duration: number, width: number, gap: number): Spot[] {
  const perSecond = duration > 0 ? width / duration : 0;
  const found: Spot[] = [];
  for (const mark of [...marks].sort((a, b) => a.start - b.start)) {
    const last = found.at(-1);
    if (last && (mark.start - last.at) * perSecond < gap) last.marks.push(mark);
    else found.push({ at: mark.start, marks: [mark] });
  }
  return found;
}

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];

/** Seconds at which the axis has a tick, round ones, no nearer than `gap` pixels to each other. */
export function ticks(duration: number, width: number, gap: number): number[] {
  if (!(duration > 0) || !(width > 0)) return [];
  const step = STEPS.find((seconds) => (seconds / duration) * width >= gap) ?? 7200;
  return Array.from({ length: Math.floor(duration / step) + 1 }, (_, i) => i * step);
}

/** A place on the timeline in percent of its length, never outside. */
export function percent(seconds: number, duration: number): number {
  return duration > 0 ? Math.min(100, Math.max(0, (seconds / duration) * 100)) : 0;
}
