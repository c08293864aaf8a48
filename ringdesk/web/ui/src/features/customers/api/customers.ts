import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';
import { byCursor } from '@/shared/list/pages';

export type Customer = Schemas['CustomerView'];
export type CustomerSort = 'best' | 'name' | '-name' | 'created_at' | '-created_at' | 'updated_at' | '-updated_at';

export interface CustomerFilter {
  q?: string;
  tag?: string;
  kind?: Customer['kind'];
  owner?: number;
  sort?: CustomerSort;
}

export function customersQuery(filter: CustomerFilter, limit = 50) {
  return infiniteQueryOptions({
    queryKey: ['customers', 'list', filter, limit],
    refetchOnWindowFocus: false, // every look is in the audit log
    queryFn: ({ pageParam, signal }) =>
      body(api.GET('/api/v1/customers', { params: { query: { ...filter, limit, cursor: pageParam ?? undefined } }, signal })),
    ...byCursor,
    placeholderData: keepPreviousData,
  });
}
