import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';
import type { ReportQuery } from './report';

export type Changes = Schemas['ChangesView'];
export type Mover = Schemas['Mover'];

/** What changed most against the period before. */
export function changesQuery(query: ReportQuery) {
  return queryOptions({
    queryKey: ['statistics', 'changes', query],
    queryFn: ({ signal }) => body(api.GET('/api/v1/reports/changes', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}
