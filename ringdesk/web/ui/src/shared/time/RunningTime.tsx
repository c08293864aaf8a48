import { Box, type BoxProps } from '@mantine/core';
import { secondsSince, secondsUntil, usePbxNow } from './clock';
import { clock } from './format';
import classes from './RunningTime.module.css';

type Props = BoxProps & ({ since: string; until?: never } | { until: string; since?: never });

/** A clock that runs: up from `since`, or down to `until`. */
export function RunningTime({ since, until, ...box }: Props) {
  const now = usePbxNow();
  const seconds = since !== undefined ? secondsSince(since, now) : secondsUntil(until, now);
  return (
    <Box component="span" className={classes.clock} role="timer" aria-live="off" {...box}>
      {clock(seconds)}
    </Box>
  );
}
