import { LINES } from './palette';

const SIZE = 7;

/** What bars are filled with: the first plain, each further one with marks of its own. */
export function Patterns({ id }: { id: string }) {
  return (
    <defs>
      {LINES.map(({ color }, i) => (
        <pattern key={color} id={`${id}-${i}`} width={SIZE} height={SIZE} patternUnits="userSpaceOnUse" patternTransform={ANGLES[i]}>
          <rect width={SIZE} height={SIZE} fill={color} />
          {i === 4 ? (
            <circle cx={SIZE / 2} cy={SIZE / 2} r={1.3} fill="var(--rd-surface)" opacity={0.75} />
          ) : (
            i > 0 && <line x1={0} x2={0} y1={0} y2={SIZE} stroke="var(--rd-surface)" strokeWidth={i === 3 ? 4 : 2} opacity={0.6} />
          )}
        </pattern>
      ))}
    </defs>
  );
}

const ANGLES = [undefined, 'rotate(45)', 'rotate(-45)', 'rotate(90)', undefined];

export function patternOf(id: string, index: number): string {
  return `url(#${id}-${index % LINES.length})`;
}
