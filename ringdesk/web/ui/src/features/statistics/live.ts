import type { QueryClient } from '@tanstack/react-query';
import type { Schemas } from '@/shared/api/client';
import type { Report, ReportQuery } from './api/report';
import { plusDays } from './period';

export type Pushed = Schemas['StatisticsChanged'];

const PAUSE = 5_000; // ms between two readings of reports that hold today among other days, however often something happens

/** What asks for reports as anybody would: no filter, no other zone. */
const NARROWED = ['timezone', 'queue', 'agent', 'team', 'number', 'direction', 'tag', 'group', 'key'] as const;

/**
 * Brings everything that shows today in step with a push: at once where the push says it all, else by reading it again soon. Of one
 * connection: behind another there may be a server that was started anew, and counts its pushes anew.
 */
export function makeToday(queries: QueryClient): (push: Pushed) => void {
  let version = 0;
  let again: ReturnType<typeof setTimeout> | undefined;
  return (push) => {
    if (push.version <= version) return;
    version = push.version;
    const to = plusDays(push.day, 1);
    queries.setQueryData<Report>(['statistics', 'today', push.day], (report) => report && withTotals(report, push.totals));
    for (const [key, report] of queries.getQueriesData<Report>({ queryKey: ['statistics', 'report'] })) {
      const [, , name, query] = key as [string, string, string, ReportQuery];
      if (!report || query.from !== push.day || query.to !== to || NARROWED.some((filter) => query[filter] !== undefined)) continue;
      if (name === 'overview' && !query.dimensions) queries.setQueryData(key, withTotals(report, push.totals));
    }
    again ??= setTimeout(() => {
      again = undefined;
      void queries.invalidateQueries({
        queryKey: ['statistics', 'report'],
        predicate: ({ queryKey }) => ((queryKey[3] as ReportQuery | undefined)?.to ?? '') >= to,
      });
    }, PAUSE);
  };
}

/** The figures of a report that the push has, too. */
export function withTotals(report: Report, totals: Report['totals']): Report {
  const known = Object.entries(totals).filter(([name]) => name in report.totals);
  const shown = Object.fromEntries(known);
  const whole = report.interval === 'total' && report.rows.length === 1 && report.columns.every((column) => !column.key);
  return { ...report, totals: { ...report.totals, ...shown }, ...(whole && { rows: [{ ...report.rows[0], ...shown }] }) };
}
