import { queryOptions } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';

export type Agent = Schemas['AgentView'];

/** Everybody with a phone, and what they are doing. Live events keep those one supervises up to date. */
export const agentsQuery = queryOptions({
  queryKey: ['agents'],
  queryFn: ({ signal }) => body(api.GET('/api/v1/agents', { signal })),
  select: (answer) => answer.items,
});
