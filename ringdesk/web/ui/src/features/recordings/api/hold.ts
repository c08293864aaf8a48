import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body } from '@/shared/api/client';

/** Keeps a recording whatever retention says; a null reason lifts the hold. */
export function useHold(id: number) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (reason: string | null) => body(api.PUT('/api/v1/recordings/{id}/hold', { params: { path: { id } }, body: { reason } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['recordings'] }),
  });
}
