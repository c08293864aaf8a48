type Dot = [x: number, y: number];

/** The lines and points of a small chart: a line for each run of values without a gap. */
export function strokes(
  values: (number | null)[],
  width: number,
  height: number,
  range?: [number, number],
): { lines: string[]; dots: Dot[] } {
  const known = values.filter((value) => value !== null);
  const [low, high] = range ?? [Math.min(...known), Math.max(...known)];
  const pad = 4;
  const x = (i: number) => pad + (values.length > 1 ? (i * (width - 2 * pad)) / (values.length - 1) : (width - 2 * pad) / 2);
  const y = (value: number) => (high > low ? height - pad - ((value - low) * (height - 2 * pad)) / (high - low) : height / 2);
  const runs: Dot[][] = [];
  values.forEach((value, i) => {
    if (value === null) return;
    if (i === 0 || values[i - 1] === null) runs.push([]);
    runs.at(-1)?.push([round(x(i)), round(y(value))]);
  });
  return {
    lines: runs.filter((run) => run.length > 1).map((run) => run.map((dot) => dot.join(',')).join(' ')),
    dots: runs.flat(),
  };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
