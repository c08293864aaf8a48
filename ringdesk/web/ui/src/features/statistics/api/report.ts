import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';
import type { operations } from '@/shared/api/schema';

export type Report = Schemas['ReportView'];
export type ReportColumn = Schemas['ColumnView'];
export type ReportRow = Report['rows'][number];
export type Cell = ReportRow[string];
export type Interval = Report['interval'];
export type ReportQuery = Omit<operations['report']['parameters']['query'], 'format'> & { key?: string[] };

/** One report as the server made it. Every number on these pages comes from here; none is computed a second time. */
export function reportQuery(report: string, query: ReportQuery) {
  return queryOptions({
    queryKey: ['statistics', 'report', report, query],
    queryFn: ({ signal }) => body(api.GET('/api/v1/reports/{report}', { params: { path: { report }, query }, signal })),
    placeholderData: keepPreviousData,
    // A recount of the past goes on meanwhile: look again until it is through.
    refetchInterval: ({ state }) => (state.data?.recalculating != null ? 5_000 : false),
  });
}

/** Where the same report is found as a file. */
export function fileAddress(report: string, query: ReportQuery, format: 'csv' | 'xlsx' | 'pdf' | 'png'): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...query, format })) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined && one !== null) search.append(name, String(one));
  }
  return `/api/v1/reports/${encodeURIComponent(report)}?${search.toString()}`;
}
