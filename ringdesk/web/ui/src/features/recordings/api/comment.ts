import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';
import { recordingQuery } from './recording';

/** A comment at a place of the recording, for all who may hear it; and one taken back. */
export function useComments(id: number) {
  const queries = useQueryClient();
  const onSuccess = () => queries.invalidateQueries({ queryKey: recordingQuery(id).queryKey });
  const add = useMutation({
    mutationFn: (comment: Schemas['NewComment']) =>
      body(api.POST('/api/v1/recordings/{id}/comments', { params: { path: { id } }, body: comment })),
    onSuccess,
  });
  const remove = useMutation({
    mutationFn: (mark_id: number) => api.DELETE('/api/v1/recordings/{id}/comments/{mark_id}', { params: { path: { id, mark_id } } }),
    onSuccess,
  });
  return { add, remove };
}
