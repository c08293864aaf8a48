import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';
import { byCursor } from '@/shared/list/pages';

export type Call = Schemas['CallView'];

export interface CallFilter {
  from?: string;
  to?: string;
  direction?: Call['direction'];
  outcome?: NonNullable<Call['outcome']>;
  queue?: string;
  agent?: number;
  number?: string;
  sort?: 'started_at' | '-started_at';
}

/** The calls that one may see, newest first. */
export function callsQuery(filter: CallFilter, limit = 50) {
  return infiniteQueryOptions({
    queryKey: ['calls', 'list', filter, limit],
    queryFn: ({ pageParam, signal }) =>
      body(api.GET('/api/v1/calls', { params: { query: { ...filter, limit, cursor: pageParam ?? undefined } }, signal })),
    ...byCursor,
    placeholderData: keepPreviousData,
  });
}
