import { dayIn, plusDays } from '../period';
import { mondayOf } from '../shifts/zone';
import type { ErlangQuery } from './api/erlang';
import type { StaffingQuery } from './api/staffing';

export const VIEWS = ['needs', 'forecast', 'calculator'] as const;
export const MODELS = ['erlang_c', 'erlang_a'] as const;
export const STEPS = ['15m', '30m', 'hour'] as const;
export const SPANS = [4, 8, 13, 26]; // weeks of the past
export const HORIZONS = [2, 4, 8, 13]; // weeks to come
export const USUAL_SPAN = 8;
export const USUAL_HORIZON = 4;
export const USUAL_SHRINKAGE = 30; // per cent
export const USUAL_OCCUPANCY = 90; // per cent

/** The staffing page as it stands in the address. Shares are per cent there. */
export interface StaffingSearch {
  view?: (typeof VIEWS)[number];
  queue?: string;
  weeks?: number;
  horizon?: number;
  model?: (typeof MODELS)[number];
  step?: (typeof STEPS)[number];
  target?: number;
  within?: number;
  aht?: number;
  patience?: number;
  shrinkage?: number;
  occupancy?: number;
  /** Monday 0. */
  day?: number;
  /** Calls in an hour and agents, of the calculator. */
  calls?: number;
  agents?: number;
}

export function parseStaffingSearch(raw: Record<string, unknown>): StaffingSearch {
  const number = (key: string, least: number, most: number) => {
    const value = raw[key] === undefined || raw[key] === '' ? NaN : Number(raw[key]);
    return value >= least && value <= most ? value : undefined;
  };
  const found: StaffingSearch = {
    view: VIEWS.find((view) => view === raw.view),
    queue: typeof raw.queue === 'string' && raw.queue ? raw.queue.slice(0, 128) : undefined,
    weeks: SPANS.find((weeks) => weeks === Number(raw.weeks)),
    horizon: HORIZONS.find((weeks) => weeks === Number(raw.horizon)),
    model: MODELS.find((model) => model === raw.model),
    step: STEPS.find((step) => step === raw.step),
    target: number('target', 1, 99.9),
    within: number('within', 0, 3600),
    aht: number('aht', 1, 36_000),
    patience: number('patience', 1, 36_000),
    shrinkage: number('shrinkage', 0, 99),
    occupancy: number('occupancy', 1, 100),
    day: [0, 1, 2, 3, 4, 5, 6].find((day) => day === number('day', 0, 6)),
    calls: number('calls', 0.1, 1_000_000),
    agents: number('agents', 1, 10_000),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

/** The last whole weeks by the company's clock; all there is where not even one is over since the first call. */
export function pastWeeks(weeks: number, zone: string, firstDay: string | null, now: number): { from: string; to: string } {
  const today = dayIn(zone, now);
  const monday = mondayOf(today);
  if (firstDay !== null && firstDay > plusDays(monday, -7)) return { from: firstDay, to: plusDays(today, 1) };
  const from = plusDays(monday, -7 * weeks);
  return { from: firstDay !== null && firstDay > from ? mondayOf(plusDays(firstDay, 6)) : from, to: monday };
}

/** What is asked of the server; nothing without a queue. */
export function needsQuery(search: StaffingSearch, zone: string, firstDay: string | null, now: number): StaffingQuery | undefined {
  if (search.queue === undefined) return undefined;
  const model = search.model ?? 'erlang_c';
  return {
    queue: search.queue,
    ...pastWeeks(search.weeks ?? USUAL_SPAN, zone, firstDay, now),
    model,
    interval: search.step ?? '30m',
    ...(search.target !== undefined && { target: search.target / 100 }),
    ...(search.within !== undefined && { answer_within_s: search.within }),
    ...(search.aht !== undefined && { aht_s: search.aht }),
    ...(model === 'erlang_a' && search.patience !== undefined && { patience_s: search.patience }),
    shrinkage: (search.shrinkage ?? USUAL_SHRINKAGE) / 100,
    max_occupancy: (search.occupancy ?? USUAL_OCCUPANCY) / 100,
  };
}

export const USUAL_CALLS = 100; // an hour, to begin the calculator with
export const USUAL_AHT = 240; // seconds
export const USUAL_PATIENCE = 120; // seconds

/** The calculator's question. */
export function calculation(search: StaffingSearch): ErlangQuery {
  const model = search.model ?? 'erlang_c';
  return {
    model,
    calls: search.calls ?? USUAL_CALLS,
    aht_s: search.aht ?? USUAL_AHT,
    target: (search.target ?? 80) / 100,
    answer_within_s: search.within ?? 20,
    ...(model === 'erlang_a' && { patience_s: search.patience ?? USUAL_PATIENCE }),
    ...(search.agents !== undefined && { agents: Math.round(search.agents) }),
  };
}
