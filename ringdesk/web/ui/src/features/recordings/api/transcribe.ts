import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body } from '@/shared/api/client';

/** Before all others; again where it failed. */
export function useTranscribe(id: number) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => body(api.POST('/api/v1/recordings/{id}/transcribe', { params: { path: { id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['recordings'] }),
  });
}
