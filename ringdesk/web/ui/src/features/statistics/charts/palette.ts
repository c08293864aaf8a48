/** Okabe and Ito's colours, by theme: the colour-blind tell them apart. Each line has a dash and each bar a pattern of its own besides. */
export const LINES = [
  { color: 'var(--rd-line-1)', dash: undefined },
  { color: 'var(--rd-line-2)', dash: '7 4' },
  { color: 'var(--rd-line-3)', dash: '2 3' },
  { color: 'var(--rd-line-4)', dash: '10 3 2 3' },
  { color: 'var(--rd-line-5)', dash: '4 2 1 2' },
] as const;

export const BEFORE = { color: 'var(--rd-line-before)', dash: '4 4' } as const;

export function lineOf(index: number): { color: string; dash?: string } {
  return LINES[index % LINES.length] ?? LINES[0];
}

/** Shades of one colour, from little to much: told apart by their lightness alone. */
export const SHADES = Array.from({ length: 8 }, (_, i) => `var(--rd-heat-${i + 1})`);
