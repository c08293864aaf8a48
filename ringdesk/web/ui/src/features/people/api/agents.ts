import { queryOptions } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';

export type Agent = Schemas['AgentView'];

/** Everybody with a phone, and what they are doing. Live events keep those one supervises up to date. */
export const agentsQuery = queryOptions({
  queryKey: ['agents'],
  queryFn: ({ signal }) => body(api.GET('/api/v1/agents', { signal })),
  select: (answer) => answer.items,
});

/** Also who had a phone and has left: figures of the past may be narrowed by them. */
export const agentsEverQuery = queryOptions({
  queryKey: ['agents', 'former'],
  queryFn: ({ signal }) => body(api.GET('/api/v1/agents', { params: { query: { former: true } }, signal })),
  select: (answer) => answer.items,
});
