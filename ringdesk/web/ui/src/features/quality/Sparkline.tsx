import classes from './Sparkline.module.css';
import { strokes } from './strokes';

const WIDTH = 120;
const HEIGHT = 28;

interface Props {
  values: (number | null)[];
  /** The scale's top and bottom; of the values themselves without. */
  range?: [number, number];
  label: string;
}

/** A small line of how something went: weeks without a value are gaps. */
export function Sparkline({ values, range, label }: Props) {
  const { lines, dots } = strokes(values, WIDTH, HEIGHT, range);
  const last = dots.at(-1);
  return (
    <svg className={classes.spark} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} role="img" aria-label={label}>
      {lines.map((points) => (
        <polyline key={points} points={points} />
      ))}
      {last && <circle cx={last[0]} cy={last[1]} r={3} />}
    </svg>
  );
}
