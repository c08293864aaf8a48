import { type RefObject, useEffect, useState } from 'react';

const waiting = new WeakMap<Element, () => void>();
let observer: IntersectionObserver | undefined;

/** One for all: a long call has thousands of utterances. */
function sharedObserver(): IntersectionObserver {
  return (observer ??= new IntersectionObserver((entries, self) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      waiting.get(target)?.();
      self.unobserve(target);
    }
  }));
}

/** Has it been in sight, or is it one that need not wait for that? */
export function useSeen(place: RefObject<Element | null>, waits: boolean): boolean {
  const [seen, setSeen] = useState(!waits);
  useEffect(() => {
    const element = place.current;
    if (seen || !element) return;
    const shared = sharedObserver();
    waiting.set(element, () => setSeen(true));
    shared.observe(element);
    return () => shared.unobserve(element);
  }, [place, seen]);
  return seen;
}
