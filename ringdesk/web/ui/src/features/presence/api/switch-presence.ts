import { useMutation } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';

export type PresenceSwitch = Schemas['PresenceSwitch'];

/** One's own switch. What it brings arrives as a live event too. */
export function useSwitchPresence() {
  return useMutation({
    mutationFn: (to: PresenceSwitch) => body(api.PUT('/api/v1/me/presence', { body: to })),
  });
}
