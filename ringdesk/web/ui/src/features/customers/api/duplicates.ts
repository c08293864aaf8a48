import { infiniteQueryOptions } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';
import { byCursor } from '@/shared/list/pages';

export type SharedNumber = Schemas['SharedNumber'];

/** Numbers that several customers have. */
export const duplicatesQuery = infiniteQueryOptions({
  queryKey: ['customers', 'duplicates'],
  queryFn: ({ pageParam, signal }) =>
    body(api.GET('/api/v1/customers/duplicates', { params: { query: { limit: 25, cursor: pageParam ?? undefined } }, signal })),
  ...byCursor,
});
