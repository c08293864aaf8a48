import { parsePeriod, type PeriodSearch, toMoments } from '@/shared/time/period';
import type { Call, CallFilter } from './api/calls';

export const DIRECTIONS: Call['direction'][] = ['in', 'out', 'internal'];
export const OUTCOMES: NonNullable<Call['outcome']>[] = ['answered', 'abandoned', 'timed_out', 'no_answer', 'busy', 'failed', 'unknown'];

/** The filters of the calls list, as they stand in the address. */
export interface CallSearch extends PeriodSearch {
  direction?: Call['direction'];
  outcome?: NonNullable<Call['outcome']>;
  queue?: string;
  agent?: number;
  number?: string;
  sort?: 'started_at' | '-started_at';
  /** The call that is shown beside the list. */
  open?: string;
}

/** What of an address makes sense; the rest is left out, so that an old or broken link still shows a list. */
export function parseSearch(raw: Record<string, unknown>): CallSearch {
  const text = (key: string) => (typeof raw[key] === 'string' || typeof raw[key] === 'number' ? String(raw[key]).slice(0, 128) : undefined);
  const one = <T extends string>(key: string, of: readonly T[]) => of.find((value) => value === raw[key]);
  const agent = Number(raw.agent);
  const found: CallSearch = {
    ...parsePeriod(raw),
    direction: one('direction', DIRECTIONS),
    outcome: one('outcome', OUTCOMES),
    queue: text('queue'),
    agent: Number.isInteger(agent) && agent > 0 ? agent : undefined,
    number: text('number'),
    sort: one('sort', ['started_at', '-started_at'] as const),
    open: text('open'),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

/** The request's filter: days and periods become moments, by this browser's midnight. */
export function toFilter({ period, from, to, open: _open, ...same }: CallSearch, now: Date = new Date()): CallFilter {
  const { since, until } = toMoments({ period, from, to }, now);
  return { ...same, ...(since && { from: since }), ...(until && { to: until }) };
}
