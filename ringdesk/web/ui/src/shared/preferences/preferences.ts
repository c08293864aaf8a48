import { useSyncExternalStore } from 'react';

/** What a person chose for this browser. Nothing here matters to anybody else, so the server does not know it. */
interface Preferences {
  sound: boolean;
  notifications: boolean;
  singleKeys: boolean;
  openDesk: boolean;
  /** Of the player: 1 is as it was said. */
  playerSpeed: number;
  /** 0 to 1. */
  playerVolume: number;
  skipSilence: boolean;
}

const KEY = 'ringdesk.preferences';
const DEFAULTS: Preferences = {
  sound: false,
  notifications: false,
  singleKeys: true,
  openDesk: true,
  playerSpeed: 1,
  playerVolume: 1,
  skipSilence: false,
};
const listeners = new Set<() => void>();
let current: Preferences = read();

function read(): Preferences {
  try {
    return { ...DEFAULTS, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Preferences>) };
  } catch {
    return DEFAULTS;
  }
}

export function preferences(): Preferences {
  return current;
}

export function prefer(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // storage is off: it holds until the page is closed
  }
  for (const listener of listeners) listener();
}

export function usePreferences(): Preferences {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, preferences);
}
