import { queryOptions } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';

export type Team = Schemas['TeamShown'];

export const teamsQuery = queryOptions({
  queryKey: ['teams'],
  queryFn: ({ signal }) => body(api.GET('/api/v1/teams', { signal })),
  select: (answer) => answer.items,
});

/** Also dissolved ones: figures of the past may be narrowed by them. */
export const teamsEverQuery = queryOptions({
  queryKey: ['teams', 'former'],
  queryFn: ({ signal }) => body(api.GET('/api/v1/teams', { params: { query: { former: true } }, signal })),
  select: (answer) => answer.items,
});
