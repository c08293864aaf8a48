import { useDesk, useDeskActions } from '@/features/cards/useDesk';
import { useEndWrapUp } from '@/features/presence/api/end-wrap-up';
import { type PresenceSwitch, useSwitchPresence } from '@/features/presence/api/switch-presence';
import { useMe } from '@/features/session/rights';
import { useTellProblem } from '@/shared/ui/problems';

/** One's own presence, live, and the switch to turn. Null presence: an account without a phone. */
export function useMyPresence() {
  const me = useMe();
  const desk = useDesk();
  const { present } = useDeskActions();
  const tell = useTellProblem();
  const change = useSwitchPresence();
  const wrapUp = useEndWrapUp();
  const callbacks = { onSuccess: present, onError: tell };
  return {
    presence: desk.link === null ? me.presence : desk.presence,
    working: change.isPending || wrapUp.isPending,
    to: (state: PresenceSwitch['state'], reason: string | null = null) => change.mutate({ state, reason }, callbacks),
    endWrapUp: () => wrapUp.mutate(undefined, callbacks),
  };
}
