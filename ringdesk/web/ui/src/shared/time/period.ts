export const PERIODS = ['all', 'today', 'yesterday', 'week', 'month'] as const;

/** A span of time as it stands in the address of a list: a name for it, or days of one's own. */
export interface PeriodSearch {
  period?: (typeof PERIODS)[number];
  /** Days, `2026-11-21`; both included. */
  from?: string;
  to?: string;
}

/** What of an address makes sense; undefined for the rest. */
export function parsePeriod(raw: Record<string, unknown>): PeriodSearch {
  const day = (key: string) => {
    const text = raw[key];
    return typeof text === 'string' && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : undefined;
  };
  const from = day('from');
  return { period: PERIODS.find((period) => period === raw.period), from, to: from && (day('to') ?? from) };
}

/** The moments [since, until) of a period, by this browser's midnight. */
export function toMoments({ period, from, to }: PeriodSearch, now: Date = new Date()): { since?: string; until?: string } {
  const midnight = (days: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days).toISOString();
  if (from && to) {
    const end = new Date(`${to}T00:00:00`);
    end.setDate(end.getDate() + 1);
    return { since: new Date(`${from}T00:00:00`).toISOString(), until: end.toISOString() };
  }
  switch (period) {
    case 'today':
      return { since: midnight(0) };
    case 'yesterday':
      return { since: midnight(-1), until: midnight(0) };
    case 'week':
      return { since: midnight(-6) };
    case 'month':
      return { since: midnight(-29) };
    default:
      return {};
  }
}
