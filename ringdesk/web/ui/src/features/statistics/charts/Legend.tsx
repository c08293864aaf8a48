import { Text } from '@mantine/core';
import classes from './Chart.module.css';
import { BEFORE, lineOf } from './palette';
import { patternOf } from './Patterns';
import type { Series } from './series';

interface Props {
  series: Series[];
  /** Bars: their patterns' id; without it lines. */
  patterns?: string;
}

/** What each line or bar is, in its own dash or pattern. */
export function Legend({ series, patterns }: Props) {
  return (
    <ul className={classes.legend}>
      {series.map((one, i) => {
        const line = one.before ? BEFORE : lineOf(i);
        return (
          <li key={one.name}>
            {patterns && !one.before ? (
              <svg width="14" height="14" aria-hidden>
                <rect width="14" height="14" rx="3" fill={patternOf(patterns, i)} />
              </svg>
            ) : patterns ? (
              <svg width="14" height="14" aria-hidden>
                <rect width="14" height="14" rx="3" fill={line.color} />
              </svg>
            ) : (
              <svg width="26" height="8" aria-hidden>
                <line x1="1" y1="4" x2="25" y2="4" stroke={line.color} strokeWidth="2.5" strokeDasharray={line.dash} />
              </svg>
            )}
            <Text size="xs" fw={550}>
              {one.label}
            </Text>
          </li>
        );
      })}
    </ul>
  );
}
