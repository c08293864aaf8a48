import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { cardName } from '@/features/cards/CardIdentity';
import { deskQuery } from '@/features/cards/useDesk';
import type { LiveEvent } from '@/shared/live/events';

const TOLD = ['elsewhere', 'missed', 'abandoned'] as const;

/** Says why a card went away by itself. Must hear of an event before the desk does, for it needs the card that goes. */
export function useTelling(): (event: LiveEvent) => void {
  const { t } = useTranslation();
  const queries = useQueryClient();
  return useCallback(
    (event) => {
      if (event.name !== 'card_closed') return;
      const reason = TOLD.find((told) => told === event.data.reason);
      const gone = queries.getQueryData(deskQuery.queryKey)?.cards.find((c) => c.card.card_id === event.data.card_id);
      if (!reason || !gone) return;
      notifications.show({ title: cardName(gone.card, t), message: t(`card.closed.${reason}`), color: 'gray', autoClose: 5000 });
    },
    [t, queries],
  );
}
