import type { Call, CallFilter } from './api/calls';

export const PERIODS = ['all', 'today', 'yesterday', 'week', 'month'] as const;
export const DIRECTIONS: Call['direction'][] = ['in', 'out', 'internal'];
export const OUTCOMES: NonNullable<Call['outcome']>[] = ['answered', 'abandoned', 'timed_out', 'no_answer', 'busy', 'failed', 'unknown'];

/** The filters of the calls list, as they stand in the address. */
export interface CallSearch {
  period?: (typeof PERIODS)[number];
  /** Days, `2026-11-21`; both included. */
  from?: string;
  to?: string;
  direction?: Call['direction'];
  outcome?: NonNullable<Call['outcome']>;
  queue?: string;
  agent?: number;
  number?: string;
  sort?: 'started_at' | '-started_at';
}

/** What of an address makes sense; the rest is left out, so that an old or broken link still shows a list. */
export function parseSearch(raw: Record<string, unknown>): CallSearch {
  const text = (key: string) => (typeof raw[key] === 'string' || typeof raw[key] === 'number' ? String(raw[key]).slice(0, 128) : undefined);
  const one = <T extends string>(key: string, of: readonly T[]) => of.find((value) => value === raw[key]);
  const day = (key: string) =>
    /^\d{4}-\d\d-\d\d$/.test(text(key) ?? '') && !Number.isNaN(Date.parse(text(key) ?? '')) ? text(key) : undefined;
  const agent = Number(raw.agent);
  const found: CallSearch = {
    period: one('period', PERIODS),
    from: day('from'),
    to: day('to') ?? day('from'),
    direction: one('direction', DIRECTIONS),
    outcome: one('outcome', OUTCOMES),
    queue: text('queue'),
    agent: Number.isInteger(agent) && agent > 0 ? agent : undefined,
    number: text('number'),
    sort: one('sort', ['started_at', '-started_at'] as const),
  };
  if (!found.from) delete found.to;
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

/** The request's filter: days and periods become moments, by this browser's midnight. */
export function toFilter({ period, from, to, ...same }: CallSearch, now: Date = new Date()): CallFilter {
  const midnight = (days: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days).toISOString();
  if (from && to) {
    const end = new Date(`${to}T00:00:00`);
    end.setDate(end.getDate() + 1);
    return { ...same, from: new Date(`${from}T00:00:00`).toISOString(), to: end.toISOString() };
  }
  switch (period) {
    case 'today':
      return { ...same, from: midnight(0) };
    case 'yesterday':
      return { ...same, from: midnight(-1), to: midnight(0) };
    case 'week':
      return { ...same, from: midnight(-6) };
    case 'month':
      return { ...same, from: midnight(-29) };
    default:
      return same;
  }
}
