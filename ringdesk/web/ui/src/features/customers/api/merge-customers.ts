import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body } from '@/shared/api/client';

/** Joins `other` into `keep`; links to the other lead there from then on. */
export function useMergeCustomers() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ keep, other }: { keep: number; other: number }) =>
      body(api.POST('/api/v1/customers/{id}/merge', { params: { path: { id: keep } }, body: { other_id: other } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['customers'] }),
  });
}
