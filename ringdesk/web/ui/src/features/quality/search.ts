import { parsePeriod, type PeriodSearch } from '@/shared/time/period';
import type { ReviewFilter, ReviewState } from './api/reviews';

export const STATES: ReviewState[] = ['open', 'answered', 'done', 'closed'];
export const BELOW = [90, 80, 70, 60, 50]; // points of 100

/** The reviews as they stand in the address. */
export interface ReviewSearch {
  state?: ReviewState | 'all';
  agent?: number;
  sort?: 'created_at' | '-created_at';
}

export function parseReviewSearch(raw: Record<string, unknown>): ReviewSearch {
  return without({
    state: ([...STATES, 'all'] as const).find((state) => state === raw.state),
    agent: id(raw.agent),
    sort: (['created_at', '-created_at'] as const).find((sort) => sort === raw.sort),
  });
}

/** A reviewer begins with what is to do, an agent with everything about them. */
export function toReviewFilter({ state, agent, sort }: ReviewSearch, reviewer: boolean): ReviewFilter {
  const wanted = state ?? (reviewer ? 'open' : 'all');
  return without({
    state: wanted === 'all' ? undefined : wanted,
    agent_id: reviewer ? agent : undefined,
    sort,
    mine: reviewer ? undefined : true,
  });
}

/** The scores as they stand in the address. */
export interface ScoreSearch extends PeriodSearch {
  agent?: number;
  below?: number;
}

export function parseScoreSearch(raw: Record<string, unknown>): ScoreSearch {
  return without({ ...parsePeriod(raw), agent: id(raw.agent), below: BELOW.find((mark) => mark === Number(raw.below)) });
}

function id(raw: unknown): number | undefined {
  const number = Number(raw);
  return Number.isInteger(number) && number > 0 ? number : undefined;
}

function without<T extends object>(found: T): T {
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as T;
}
