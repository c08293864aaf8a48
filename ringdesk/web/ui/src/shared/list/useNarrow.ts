import { useMediaQuery } from '@mantine/hooks';

/** A phone held upright: tables become cards, and the navigation moves to the bottom. */
export function useNarrow(): boolean {
  return useMediaQuery('(max-width: 48em)', window.innerWidth <= 768, { getInitialValueInEffect: false });
}
