import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';
import { byCursor } from '@/shared/list/pages';

export type Found = Schemas['FoundView'];
export type Hit = Schemas['HitView'];

export interface SaidFilter {
  q: string;
  match?: 'all' | 'phrase' | 'near' | 'any';
  within?: number;
  speaker?: 'agent' | 'customer';
  queue?: string;
  agent_id?: number;
  since?: string;
  until?: string;
}

/** The recordings in which it was said, newest first, with the places. */
export function saidQuery(filter: SaidFilter) {
  return infiniteQueryOptions({
    queryKey: ['said', filter],
    queryFn: ({ pageParam, signal }) =>
      body(api.GET('/api/v1/transcripts/search', { params: { query: { ...filter, limit: 20, cursor: pageParam ?? undefined } }, signal })),
    ...byCursor,
    placeholderData: keepPreviousData,
  });
}
