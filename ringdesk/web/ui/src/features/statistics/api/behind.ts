import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import { api, body } from '@/shared/api/client';
import { byCursor } from '@/shared/list/pages';
import type { BehindSearch } from '../behind';

/** Exactly the calls that a number of a report counts, newest first. */
export function behindQuery(report: string, { title: _title, ...search }: BehindSearch, limit = 50) {
  return infiniteQueryOptions({
    queryKey: ['calls', 'behind', report, search, limit],
    queryFn: ({ pageParam, signal }) =>
      body(
        api.GET('/api/v1/reports/{report}/calls', {
          params: { path: { report }, query: { ...search, limit, cursor: pageParam ?? undefined } },
          signal,
        }),
      ),
    ...byCursor,
    placeholderData: keepPreviousData,
  });
}
