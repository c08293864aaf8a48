import type { Report, ReportQuery } from '../api/report';
import { dayIn, plusDays } from '../period';

const DAYS = 28; // four whole weeks

/** The queues' service levels of the last 28 days. `zone`: the company's. */
export function measuredOf(zone: string, now: number): ReportQuery {
  const today = dayIn(zone, now);
  return { from: plusDays(today, 1 - DAYS), to: plusDays(today, 1), measures: ['service_level'] };
}

/** Service levels by queue. */
export function levelsOf({ rows }: Report): Map<string, number> {
  return new Map(
    rows.flatMap(({ queue, service_level: level }): [string, number][] =>
      typeof queue === 'string' && typeof level === 'number' ? [[queue, level]] : [],
    ),
  );
}
