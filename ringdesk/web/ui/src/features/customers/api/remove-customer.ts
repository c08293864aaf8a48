import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import { customerQuery } from './customer';

export function useRemoveCustomer(id: number) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api.DELETE('/api/v1/customers/{id}', { params: { path: { id } } }),
    onSuccess: () => {
      queries.removeQueries({ queryKey: customerQuery(id).queryKey });
      return queries.invalidateQueries({ queryKey: ['customers', 'list'] });
    },
  });
}
