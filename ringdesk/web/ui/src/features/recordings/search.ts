import { parsePeriod, type PeriodSearch, toMoments } from '@/shared/time/period';
import { type RecordingFilter, type RecordingSort, type RecordingState, STATES } from './api/recordings';

const SORTS: RecordingSort[] = ['started_at', '-started_at', 'duration_s', '-duration_s'];

/** The filters of the recordings list, as they stand in the address. */
export interface RecordingSearch extends PeriodSearch {
  state?: RecordingState;
  queue?: string;
  agent?: number;
  number?: string;
  /** Scored below that many points. */
  below?: number;
  sort?: RecordingSort;
}

/** What of an address makes sense; the rest is left out. */
export function parseRecordingSearch(raw: Record<string, unknown>): RecordingSearch {
  const text = (key: string) => (typeof raw[key] === 'string' || typeof raw[key] === 'number' ? String(raw[key]).slice(0, 128) : undefined);
  const agent = Number(raw.agent);
  const below = Number(raw.below);
  const found: RecordingSearch = {
    ...parsePeriod(raw),
    state: STATES.find((state) => state === raw.state),
    queue: text('queue'),
    agent: Number.isInteger(agent) && agent > 0 ? agent : undefined,
    number: text('number'),
    below: below > 0 && below <= 100 ? below : undefined,
    sort: SORTS.find((sort) => sort === raw.sort),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

export function toRecordingFilter(search: RecordingSearch, now: Date = new Date()): RecordingFilter {
  const { period, from, to, agent, below, ...same } = search;
  return {
    ...same,
    ...toMoments({ period, from, to }, now),
    ...(agent !== undefined && { agent_id: agent }),
    ...(below !== undefined && { scored_below: below }),
  };
}

/** A moment to begin at, of an address: `?t=12.3`. */
export function parseMoment(raw: Record<string, unknown>): { t?: number } {
  const t = Number(raw.t);
  return raw.t !== undefined && raw.t !== '' && Number.isFinite(t) && t >= 0 ? { t } : {};
}
