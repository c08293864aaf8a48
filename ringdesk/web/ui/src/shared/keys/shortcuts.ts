import { useEffect, useRef } from 'react';
import { preferences } from '../preferences/preferences';

/** Every key that does something, in the order of the help sheet. `g d` is one key after the other. */
export const SHORTCUTS = {
  general: { help: '?', spotlight: 'mod+k', search: '/', presence: 'p' },
  go: { goDesk: 'g d', goCustomers: 'g c', goCalls: 'g l', goCallbacks: 'g b', goRecordings: 'g r', goFloor: 'g f' },
  card: {
    card: 'c',
    note: 'n',
    choose: '1 – 9',
    customer: 'e',
    transfer: 't',
    hangUp: 'x',
    callAgain: 'r',
    nextCard: ']',
    previousCard: '[',
    done: 'd',
    pauseRecording: 'o',
  },
  player: {
    play: 'space',
    back: 'left',
    forward: 'right',
    nextUtterance: 'j',
    previousUtterance: 'k',
    slower: '[',
    faster: ']',
    skipSilence: 's',
    comment: 'c',
    find: '/',
  },
} as const;

type Groups = typeof SHORTCUTS;
export type ShortcutId = { [G in keyof Groups]: keyof Groups[G] }[keyof Groups];

const KEY_OF = Object.assign({}, ...Object.values(SHORTCUTS)) as Record<ShortcutId, string>;
const SEQUENCE = 1_000; // ms in which the second key of two must follow

type Handler = (key: string) => void;
const handlers = new Map<string, Handler[]>();
let first: { key: string; at: number } | null = null;

/** Does something on a key while mounted. The last one mounted has the key. Digits reach the handler of `choose`. */
export function useShortcut(id: ShortcutId, handler: Handler, enabled = true): void {
  const latest = useRef(handler);
  useEffect(() => {
    latest.current = handler;
  });
  useEffect(() => {
    if (!enabled) return;
    const keys = id === 'choose' ? [...'123456789'] : [KEY_OF[id]];
    const mine: Handler = (key) => latest.current(key);
    for (const key of keys) handlers.set(key, [...(handlers.get(key) ?? []), mine]);
    return () => {
      for (const key of keys)
        handlers.set(
          key,
          (handlers.get(key) ?? []).filter((h) => h !== mine),
        );
    };
  }, [id, enabled]);
}

/** Keys are heard from now on. Returns the way to stop. */
export function listenForShortcuts(): () => void {
  window.addEventListener('keydown', onKey);
  return () => window.removeEventListener('keydown', onKey);
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (!preferences().singleKeys || isTyping(event.target) || dialogOpen()) return;
  const key = latinKey(event);
  if (OWN_USE[key] && event.target instanceof Element && event.target.closest(OWN_USE[key])) return;
  const now = Date.now();
  const sequence = first && now - first.at < SEQUENCE ? `${first.key} ${key}` : null;
  first = { key, at: now };
  const handler = (sequence ? handlers.get(sequence)?.at(-1) : undefined) ?? handlers.get(key)?.at(-1);
  if (!handler) return;
  event.preventDefault();
  first = null;
  handler(key);
}

const NAMED: Record<string, string> = { ' ': 'space', ArrowLeft: 'left', ArrowRight: 'right' };
const ARROWS = '[role=slider], [role=tab], [role=radio], [role=menuitem], [role=option], [role=grid], [role=combobox], input';
/** Where a key already does something in whatever has the focus. */
const OWN_USE: Record<string, string> = {
  space: 'button, summary, label, input, [role=button], [role=option], [role=menuitem]',
  left: ARROWS,
  right: ARROWS,
};

/** The key as on a Latin keyboard: shortcuts work on every layout, the Cyrillic ones included. */
export function latinKey(event: Pick<KeyboardEvent, 'key' | 'code' | 'shiftKey'>): string {
  const named = NAMED[event.key];
  if (named) return named;
  if (/^[\x21-\x7e]$/.test(event.key)) return event.key.toLowerCase();
  const { code, shiftKey } = event;
  if (code.startsWith('Key')) return code.slice(3).toLowerCase();
  if (code.startsWith('Digit')) return code.slice(5);
  if (code === 'Slash') return shiftKey ? '?' : '/';
  if (code === 'BracketLeft') return '[';
  if (code === 'BracketRight') return ']';
  return event.key;
}

/** Is this a place where a letter is a letter? */
export function isTyping(target: EventTarget | null = document.activeElement): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !['button', 'checkbox', 'radio', 'submit', 'reset'].includes(target.type);
}

function dialogOpen(): boolean {
  return document.querySelector('[role="dialog"][aria-modal="true"]') !== null;
}

/** Something is begun here that would be lost by going elsewhere. */
export function isBusy(): boolean {
  return isTyping() || dialogOpen() || document.querySelector('form[data-dirty]') !== null;
}
