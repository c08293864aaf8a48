import { parsePeriod, type PeriodSearch, toMoments } from '@/shared/time/period';
import type { SaidFilter } from './api/said';

export const MATCHES = ['all', 'phrase', 'near', 'any'] as const;
export const SPEAKERS = ['agent', 'customer'] as const;
export const USUAL_DISTANCE = 10; // words; the server's own
const FARTHEST = 50; // words; the server's limit

/** The search as it stands in the address, so that a link restores exactly this view. */
export interface SaidSearch extends PeriodSearch {
  q?: string;
  match?: (typeof MATCHES)[number];
  /** Words between the words, for `near`. */
  within?: number;
  speaker?: (typeof SPEAKERS)[number];
  queue?: string;
  agent?: number;
}

/** What of an address makes sense. */
export function parseSaidSearch(raw: Record<string, unknown>): SaidSearch {
  const text = (key: string, most: number) =>
    (typeof raw[key] === 'string' && raw[key].trim()) || typeof raw[key] === 'number' ? String(raw[key]).slice(0, most) : undefined;
  const whole = (key: string, most: number) => {
    const number = Number(raw[key]);
    return Number.isInteger(number) && number > 0 && number <= most ? number : undefined;
  };
  const found: SaidSearch = {
    ...parsePeriod(raw),
    q: text('q', 200),
    match: MATCHES.find((match) => match === raw.match && match !== 'all'), // which is meant by none
    within: whole('within', FARTHEST),
    speaker: SPEAKERS.find((speaker) => speaker === raw.speaker),
    queue: text('queue', 128),
    agent: whole('agent', 2 ** 31 - 1),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

/** The request's filter; null where no word was given. */
export function toSaidFilter(
  { q, match, within, speaker, queue, agent, ...period }: SaidSearch,
  now: Date = new Date(),
): SaidFilter | null {
  if (!q?.trim()) return null;
  return {
    q: q.trim(),
    match,
    within: match === 'near' ? within : undefined,
    speaker,
    queue,
    agent_id: agent,
    ...toMoments(period, now),
  };
}
