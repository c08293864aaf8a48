import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body } from '@/shared/api/client';

/** Says whose call a recording is. */
export function useMatch(id: number) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (call_id: string) => body(api.POST('/api/v1/recordings/{id}/match', { params: { path: { id } }, body: { call_id } })),
    onSuccess: () => Promise.all(['recordings', 'calls'].map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  });
}
