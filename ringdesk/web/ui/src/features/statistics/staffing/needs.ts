import type { Staffing, StaffingRow } from './api/staffing';

const MINUTES = { '15m': 15, '30m': 30, hour: 60 };

/** The most agents that any interval of each weekday needs, Monday first. */
export function peaks(rows: StaffingRow[]): number[] {
  const found = [0, 0, 0, 0, 0, 0, 0];
  for (const { weekday, agents } of rows) found[weekday] = Math.max(found[weekday] ?? 0, agents);
  return found;
}

/** The weekday with the most calls. */
export function busiest(rows: StaffingRow[]): number {
  const calls = [0, 0, 0, 0, 0, 0, 0];
  for (const row of rows) calls[row.weekday] = (calls[row.weekday] ?? 0) + row.calls;
  return calls.indexOf(Math.max(...calls));
}

/** Hours of a week: at their places, and paid for it. */
export function hours({ rows, interval }: Staffing): { agents: number; paid: number; calls: number } {
  const length = (MINUTES[interval as keyof typeof MINUTES] ?? 30) / 60;
  const sum = (of: (row: StaffingRow) => number) => rows.reduce((total, row) => total + of(row), 0);
  return { agents: sum((row) => row.agents) * length, paid: sum((row) => row.paid) * length, calls: sum((row) => row.calls) };
}

/** A weekday's intervals from the first with calls to the last, in order. */
export function dayRows(rows: StaffingRow[], weekday: number): StaffingRow[] {
  const found = rows.filter((row) => row.weekday === weekday).sort((a, b) => a.time.localeCompare(b.time));
  const first = found.findIndex((row) => row.calls > 0);
  const last = found.findLastIndex((row) => row.calls > 0);
  return first < 0 ? [] : found.slice(first, last + 1);
}

/** How much better than the naive forecast, as a share of its error; null where there is nothing to compare. */
export function better(error: number | null, naive: number | null): number | null {
  return error === null || naive === null || naive === 0 ? null : (naive - error) / naive;
}
