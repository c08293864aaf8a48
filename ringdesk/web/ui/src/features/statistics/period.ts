/** Named spans, as own reports and their letters call them on the server. */
export const PRESETS = [
  'today',
  'yesterday',
  'this_week',
  'last_week',
  'this_month',
  'last_month',
  'last_7_days',
  'last_28_days',
  'last_90_days',
  'this_year',
  'last_year',
  'last_365_days',
] as const;
export type Preset = (typeof PRESETS)[number];
export const USUAL_PRESET: Preset = 'last_7_days';

const DAY = 86_400_000;

/** A span of time as it stands in the address: a name, or days of one's own, both included. */
export interface StatPeriod {
  period?: Preset;
  from?: string;
  to?: string;
}

/** Days `2026-11-21`, both included. */
export interface Days {
  from: string;
  to: string;
}

/** The day of a moment in a zone. */
export function dayIn(zone: string, at: number | string): string {
  // Swedish writes dates as ISO 8601 does.
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(new Date(at));
}

/** So many days later. Days have no zone: counted in UTC, none is shorter than another. */
export function plusDays(day: string, count: number): string {
  return new Date(Date.parse(day) + count * DAY).toISOString().slice(0, 10);
}

/** How many days lie in it. */
export function lengthOf({ from, to }: Days): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY) + 1;
}

/** Which days a preset means; `today` is the company's. A week, month or year that lasts is whole: the one before is so, too. */
export function daysOf(preset: Preset, today: string): Days {
  const [year, month] = [Number(today.slice(0, 4)), Number(today.slice(5, 7))];
  const first = (of: number) => new Date(Date.UTC(year, of - 1, 1)).toISOString().slice(0, 10);
  const monday = plusDays(today, -((new Date(today).getUTCDay() + 6) % 7));
  switch (preset) {
    case 'today':
      return { from: today, to: today };
    case 'yesterday':
      return { from: plusDays(today, -1), to: plusDays(today, -1) };
    case 'this_week':
      return { from: monday, to: plusDays(monday, 6) };
    case 'last_week':
      return { from: plusDays(monday, -7), to: plusDays(monday, -1) };
    case 'this_month':
      return { from: first(month), to: plusDays(first(month + 1), -1) };
    case 'last_month':
      return { from: first(month - 1), to: plusDays(first(month), -1) };
    case 'last_7_days':
      return { from: plusDays(today, -6), to: today };
    case 'last_28_days':
      return { from: plusDays(today, -27), to: today };
    case 'last_90_days':
      return { from: plusDays(today, -89), to: today };
    case 'this_year':
      return { from: `${year}-01-01`, to: `${year}-12-31` };
    case 'last_year':
      return { from: `${year - 1}-01-01`, to: `${year - 1}-12-31` };
    case 'last_365_days':
      return { from: plusDays(today, -364), to: today };
  }
}

/** The days that an address means. */
export function resolve({ period, from, to }: StatPeriod, today: string): Days {
  return from && to ? { from, to } : daysOf(period ?? USUAL_PRESET, today);
}

/** What of an address makes sense; backwards days are turned round. */
export function parseStatPeriod(raw: Record<string, unknown>): StatPeriod {
  const day = (value: unknown) =>
    typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined;
  const from = day(raw.from);
  const to = day(raw.to) ?? from;
  if (from && to) return from <= to ? { from, to } : { from: to, to: from };
  return { period: PRESETS.find((preset) => preset === raw.period) };
}
