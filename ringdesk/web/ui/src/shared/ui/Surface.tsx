import { Box, type BoxProps } from '@mantine/core';
import clsx from 'clsx';
import type { ReactNode } from 'react';
import classes from './Surface.module.css';

interface Props extends BoxProps {
  children: ReactNode;
  title?: ReactNode;
  aside?: ReactNode;
  /** The content brings its own padding, a table for one. */
  flush?: boolean;
  label?: string;
}

/** A white sheet on the canvas, with a heading line where it has one. */
export function Surface({ children, title, aside, flush, label, className, ...box }: Props) {
  return (
    <Box component="section" className={clsx(classes.surface, className)} aria-label={label} {...box}>
      {title !== undefined && (
        <header className={classes.head}>
          <h2 className={classes.title}>{title}</h2>
          {aside}
        </header>
      )}
      <div className={clsx(!flush && classes.padded, title !== undefined && !flush && classes.below)}>{children}</div>
    </Box>
  );
}
