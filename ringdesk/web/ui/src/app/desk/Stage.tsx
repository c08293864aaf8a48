import { Stack } from '@mantine/core';
import { useEffect } from 'react';
import { CardTabs } from '@/features/cards/CardTabs';
import type { Desk } from '@/features/cards/desk';
import { useDeskActions } from '@/features/cards/useDesk';
import { isTyping, useShortcut } from '@/shared/keys/shortcuts';
import { CallCard } from './CallCard';

const TIDY = 1_000; // ms between looks whether a card that is done can go

/** The cards of this desk, one of them in full. */
export function Stage({ desk }: { desk: Desk }) {
  const actions = useDeskActions();
  const { cards, selected } = desk;
  const at = Math.max(
    0,
    cards.findIndex((c) => c.card.call_id === selected),
  );
  const entry = cards[at];
  const step = (by: number) => {
    const next = cards[(at + by + cards.length) % cards.length];
    if (next) actions.select(next.card.call_id);
  };
  useShortcut('nextCard', () => step(1), cards.length > 1);
  useShortcut('previousCard', () => step(-1), cards.length > 1);
  useTidying(desk);
  return (
    <Stack gap="sm">
      <CardTabs cards={cards} selected={selected} onSelect={actions.select} />
      {entry && <CallCard key={entry.card.call_id} entry={entry} presence={desk.presence} />}
    </Stack>
  );
}

/** When the wrap-up has run its time its card goes, but not while somebody still writes on it; then a waiting call takes the stage. */
function useTidying({ cards, waiting }: Desk): void {
  const { dismiss, select } = useDeskActions();
  const done = cards.find((c) => c.over && c.wrappedUp)?.card.call_id;
  useEffect(() => {
    if (done === undefined && waiting === null) return;
    const timer = setInterval(() => {
      if (isTyping() || document.querySelector('form[data-dirty]')) return;
      if (waiting !== null) select(waiting);
      if (done !== undefined) dismiss(done);
    }, TIDY);
    return () => clearInterval(timer);
  }, [done, waiting, dismiss, select]);
}
