import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';
import type { operations } from '@/shared/api/schema';

export type Erlang = Schemas['ErlangView'];
export type ErlangQuery = operations['erlang']['parameters']['query'];

/** One interval, calculated. */
export function erlangQuery(query: ErlangQuery | undefined) {
  return queryOptions({
    queryKey: ['statistics', 'erlang', query],
    enabled: query !== undefined,
    staleTime: Infinity, // the same question has the same answer
    queryFn: ({ signal }) => body(api.GET('/api/v1/staffing/erlang', { params: { query: query as ErlangQuery }, signal })),
    placeholderData: keepPreviousData,
  });
}
