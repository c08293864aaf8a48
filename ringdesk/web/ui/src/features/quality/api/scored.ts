import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import { api, body } from '@/shared/api/client';
import { byCursor } from '@/shared/list/pages';

export interface ScoredFilter {
  agent_id?: number;
  since?: string;
  until?: string;
  scored_below?: number;
  sort?: 'started_at' | '-started_at';
}

/** The recordings behind the averages. */
export function scoredQuery(filter: ScoredFilter) {
  return infiniteQueryOptions({
    queryKey: ['recordings', 'scored', filter],
    queryFn: ({ pageParam, signal }) =>
      body(
        api.GET('/api/v1/recordings', {
          params: { query: { ...filter, state: 'scored', limit: 50, cursor: pageParam ?? undefined } },
          signal,
        }),
      ),
    ...byCursor,
    placeholderData: keepPreviousData,
  });
}
