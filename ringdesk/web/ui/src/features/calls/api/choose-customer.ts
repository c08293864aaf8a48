import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '@/shared/api/client';

/** Says who the caller is, for this call; null takes it back. */
export function useChooseCustomer(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (customerId: number | null) =>
      api.PUT('/api/v1/calls/{id}/customer', { params: { path: { id } }, body: { customer_id: customerId } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['calls'] }),
  });
}
