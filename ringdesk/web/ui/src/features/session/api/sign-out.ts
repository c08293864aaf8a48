import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import { become } from '../become';

export function useSignOut() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api.DELETE('/api/v1/session'),
    onSettled: () => {
      become(queries, null);
      window.location.assign('/sign-in'); // a page that begins anew remembers nothing
    },
  });
}
