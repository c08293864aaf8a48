import type { Schemas } from '@/shared/api/client';

export type Presence = Schemas['PresenceView'];
export type PresenceState = Presence['state'];

/** The name of a state's colours in tokens.css. */
export function tone(state: PresenceState): string {
  return state === 'wrap_up' ? 'wrap-up' : state;
}
