import { infiniteQueryOptions } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';
import { byCursor } from '@/shared/list/pages';

export type HistoryItem = Schemas['HistoryItem'];
export type Note = Schemas['NoteView'];

/** Calls and notes of a customer, newest first. */
export function timelineQuery(id: number) {
  return infiniteQueryOptions({
    queryKey: ['customers', 'timeline', id],
    queryFn: ({ pageParam, signal }) =>
      body(
        api.GET('/api/v1/customers/{id}/timeline', {
          params: { path: { id }, query: { limit: 30, cursor: pageParam ?? undefined } },
          signal,
        }),
      ),
    ...byCursor,
  });
}
