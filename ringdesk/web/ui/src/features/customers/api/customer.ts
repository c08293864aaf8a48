import { queryOptions } from '@tanstack/react-query';
import { api, body } from '@/shared/api/client';

export function customerQuery(id: number) {
  return queryOptions({
    queryKey: ['customers', 'one', id],
    refetchOnWindowFocus: false, // every look is in the audit log
    queryFn: ({ signal }) => body(api.GET('/api/v1/customers/{id}', { params: { path: { id } }, signal })),
  });
}
