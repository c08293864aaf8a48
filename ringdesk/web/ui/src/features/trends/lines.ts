import type { TrendRow } from './api/trends';

/** Okabe and Ito's colours, which the colour-blind tell apart, by theme; a dash and a mark of its own keep each line apart without any. */
export const LINES = [
  { color: 'var(--rd-line-1)', dash: undefined },
  { color: 'var(--rd-line-2)', dash: '6 3' },
  { color: 'var(--rd-line-3)', dash: '2 3' },
  { color: 'var(--rd-line-4)', dash: '10 3 2 3' },
  { color: 'var(--rd-line-5)', dash: '4 2 1 2' },
] as const;

/** Those to draw first: what changed most surprisingly, either way. */
export function mostTelling(rows: TrendRow[], count: number = LINES.length): string[] {
  return [...rows]
    .sort((a, b) => Math.abs(b.score) - Math.abs(a.score))
    .slice(0, count)
    .map((row) => row.name);
}

/** Chosen or not any more; the oldest choice leaves where there is no room for a further line. */
export function toggled(chosen: string[], name: string): string[] {
  if (chosen.includes(name)) return chosen.filter((one) => one !== name);
  return [...chosen.slice(chosen.length >= LINES.length ? 1 : 0), name];
}
