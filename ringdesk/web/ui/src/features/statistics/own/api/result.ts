import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, body } from '@/shared/api/client';

const FRESH = 60_000; // ms; a dashboard that stays open all day follows the day

/** An own report made now, with the rights of who asks. */
export function ownResultQuery(id: number) {
  return queryOptions({
    queryKey: ['statistics', 'own-result', id],
    queryFn: ({ signal }) => body(api.GET('/api/v1/own-reports/{id}/result', { params: { path: { id } }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.recalculating != null ? 5_000 : FRESH),
  });
}

/** Where it is found as a file. */
export function resultAddress(id: number, format: 'csv' | 'xlsx' | 'pdf' | 'png'): string {
  return `/api/v1/own-reports/${id}/result?format=${format}`;
}
