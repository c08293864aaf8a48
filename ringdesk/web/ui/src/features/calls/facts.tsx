import { Badge } from '@mantine/core';
import { IconArrowDownLeft, IconArrowsLeftRight, IconArrowUpRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Call } from './api/calls';

const ARROW = { in: IconArrowDownLeft, out: IconArrowUpRight, internal: IconArrowsLeftRight };

/** Which way the call went, as an arrow with its word. */
export function DirectionIcon({ direction, size = 16 }: { direction: Call['direction']; size?: number }) {
  const { t } = useTranslation();
  const Arrow = ARROW[direction];
  return <Arrow size={size} stroke={1.75} role="img" aria-label={t(`calls.direction.${direction}`)} />;
}

const COLOR: Record<NonNullable<Call['outcome']>, string> = {
  answered: 'green',
  abandoned: 'red',
  timed_out: 'red',
  no_answer: 'red',
  busy: 'gray',
  failed: 'gray',
  unknown: 'gray',
};

/** How a call ended; one without an outcome is running. */
export function Outcome({ outcome }: { outcome: Call['outcome'] }) {
  const { t } = useTranslation();
  if (outcome === null) return <Badge color="accent">{t('calls.running')}</Badge>;
  return <Badge color={COLOR[outcome]}>{t(`calls.outcome.${outcome}`)}</Badge>;
}

/** Who was on the line, for a list: the customer, else the name that the network sent, else the number. */
export function callerName(call: Call, hidden: string): string {
  if (call.customer) return call.customer.name;
  if (call.caller.hidden) return hidden;
  return call.caller.name || call.caller.pretty || call.caller.number || hidden;
}

/** Seconds of talk, null where nobody talked. A conversation that still runs counts to `now`. */
export function talkSeconds(call: Call, now: number): number | null {
  if (call.conversations.length === 0) return null;
  return call.conversations.reduce((sum, c) => sum + ((c.ended_at ? Date.parse(c.ended_at) : now) - Date.parse(c.started_at)) / 1000, 0);
}

/** Seconds in queues, null where there was none. */
export function waitSeconds(call: Call): number | null {
  const waits = call.queue_visits.flatMap((v) => (v.wait_s === null ? [] : [v.wait_s]));
  return waits.length ? waits.reduce((a, b) => a + b, 0) : null;
}

/** The names of those who talked, in order. */
export function talkers(call: Call): string[] {
  return [...new Set(call.conversations.map((c) => c.agent?.name ?? c.interface))];
}
