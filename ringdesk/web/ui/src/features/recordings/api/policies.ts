import { queryOptions } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';

export type Policy = Schemas['PolicyView'];

/** How recordings are treated: everybody's first, then by queue and number. */
export const policiesQuery = queryOptions({
  queryKey: ['recording-policies'],
  queryFn: ({ signal }) => body(api.GET('/api/v1/recording-policies', { signal })),
  select: (answer) => answer.items,
});
