import { QueryClient } from '@tanstack/react-query';
import { describe, expect, it, vi } from 'vitest';
import type { LiveEvent } from '@/shared/live/events';
import { makePatch } from './patch';

vi.mock('@/shared/keys/shortcuts', () => ({ isTyping: () => false })); // there is no page here to type in

const day = '2026-11-22';
const today = ['statistics', 'today', day];
const pushed = (version: number, offered: number) =>
  ({ name: 'statistics', data: { v: 1, version, at: `${day}T10:00:00Z`, day, totals: { offered }, queues: [] } }) as LiveEvent;
const snapshot = {
  name: 'snapshot',
  data: { v: 1, at: `${day}T10:00:00Z`, presence: null, cards: [], link: 'up' },
} as unknown as LiveEvent;

describe('today', () => {
  it('goes on after the server was started anew and counts from one again', () => {
    const queries = new QueryClient();
    queries.setQueryData(today, { totals: { offered: 0 }, columns: [], rows: [], interval: 'total' });
    const apply = makePatch(queries, 1);
    const offered = () => queries.getQueryData<{ totals: { offered: number } }>(today)?.totals.offered;
    apply(pushed(60, 20));
    apply(pushed(59, 19));
    expect(offered()).toBe(20); // old news
    apply(snapshot);
    apply(pushed(1, 21));
    expect(offered()).toBe(21);
    apply(pushed(2, 22));
    expect(offered()).toBe(22);
  });
});
