import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '@/shared/api/client';

/** Deletes it for good: audio, transcript and score. */
export function useRemoveRecording(id: number) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api.DELETE('/api/v1/recordings/{id}', { params: { path: { id } } }),
    onSuccess: () => {
      // What is shown of it must not be asked for again while its page is being left.
      void queries.invalidateQueries({ queryKey: ['recordings', 'list'] });
      void queries.invalidateQueries({ queryKey: ['calls'] });
    },
  });
}
