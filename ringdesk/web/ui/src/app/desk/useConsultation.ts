import { useSessionStorage } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import type { Card } from '@/features/cards/desk';

/**
 * With whom one talks before an attended transfer; null for nobody. The server does not tell, so it is kept over a reload here.
 * It is over when the customer comes off hold again, or when the call ends.
 */
export function useConsultation(card: Card) {
  const [who, setWho, end] = useSessionStorage<string | null>({
    key: `ringdesk.consultation.${card.call_id}`,
    defaultValue: null,
    getInitialValueInEffect: false,
  });
  const held = useRef(false);
  useEffect(() => {
    if (card.state === 'held') held.current = true;
    if (card.state === 'ended' || (card.state === 'talking' && held.current)) {
      held.current = false;
      end();
    }
  }, [card.state, end]);
  return { who, begin: setWho, end };
}
