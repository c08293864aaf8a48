import { Kbd } from '@mantine/core';
import { Fragment } from 'react';
import { KEY_NAMES } from './names';

/** A shortcut as keys to press. */
export function Keys({ of }: { of: string }) {
  return (
    <span>
      {of.split(' ').map((part, i) => (
        <Fragment key={i}>
          {i > 0 && ' '}
          {part === '–' ? (
            '–'
          ) : (
            <Kbd size="xs">
              {part
                .split('+')
                .map((key) => KEY_NAMES[key] ?? key.toUpperCase())
                .join(' + ')}
            </Kbd>
          )}
        </Fragment>
      ))}
    </span>
  );
}
