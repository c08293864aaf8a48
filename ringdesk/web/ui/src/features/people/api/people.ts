import { queryOptions } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';

export type Person = Schemas['Person'];

/** Everybody active, by name. */
export const peopleQuery = queryOptions({
  queryKey: ['people'],
  staleTime: 60_000,
  queryFn: ({ signal }) => body(api.GET('/api/v1/people', { signal })),
  select: (answer) => answer.items,
});
