import { type RefObject, useCallback, useEffect, useState } from 'react';

const BY_HAND = ['wheel', 'touchmove', 'pointerdown'] as const;
const SCROLL_KEYS = new Set(['ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End']);

/** Keeps what is said just now in sight, until somebody scrolls; then it is theirs until they ask to follow again. */
export function useFollowing(list: RefObject<HTMLElement | null>, spoken: number) {
  const [following, setFollowing] = useState(true);

  useEffect(() => {
    if (following && spoken >= 0) bringIn(list.current, spoken);
  }, [list, following, spoken]);

  useEffect(() => {
    const place = list.current;
    if (!place) return;
    const letGo = (event: Event) => {
      // A press on the bar is a scroll; one on a word is not.
      if (event.type === 'pointerdown' && event.target !== place) return;
      if (event instanceof KeyboardEvent && !SCROLL_KEYS.has(event.key)) return;
      setFollowing(false);
    };
    for (const name of [...BY_HAND, 'keydown']) place.addEventListener(name, letGo, { passive: true });
    return () => {
      for (const name of [...BY_HAND, 'keydown']) place.removeEventListener(name, letGo);
    };
  }, [list]);

  const follow = useCallback(() => setFollowing(true), []);
  const look = (index: number) => {
    setFollowing(false);
    bringIn(list.current, index);
  };
  return { following, follow, look };
}

const SETTLING = 6; // pictures; what was out of sight has only guessed heights, so the first aim at something far is off

/** Into the middle: of the list where it scrolls itself, else of the page. Where it is in sight already nothing moves. */
function bringIn(list: HTMLElement | null, index: number, tries = SETTLING): void {
  const item = list?.children[index];
  if (!list || !(item instanceof HTMLElement)) return;
  const own = list.scrollHeight > list.clientHeight + 1;
  const { top, bottom } = item.getBoundingClientRect();
  const { top: start, bottom: end } = own ? list.getBoundingClientRect() : { top: window.innerHeight * 0.25, bottom: Infinity };
  const frame = { top: start, bottom: Math.min(end, window.innerHeight * 0.9) };
  if (top >= frame.top && bottom <= frame.bottom - 40) return;
  const by = (top + bottom) / 2 - (frame.top + frame.bottom) / 2;
  const far = Math.abs(by) > 2 * (frame.bottom - frame.top);
  (own ? list : window).scrollBy({ top: by, behavior: far ? 'instant' : 'smooth' });
  if (far && tries > 0) requestAnimationFrame(() => bringIn(list, index, tries - 1));
}
