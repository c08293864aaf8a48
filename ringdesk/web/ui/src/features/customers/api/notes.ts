import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body } from '@/shared/api/client';
import { timelineQuery } from './timeline';

/** Adding, changing and removing dated notes of one's own; the timeline follows. */
export function useNotes(customerId: number) {
  const queries = useQueryClient();
  const onSuccess = () => queries.invalidateQueries({ queryKey: timelineQuery(customerId).queryKey });
  const add = useMutation({
    mutationFn: (text: string) =>
      body(api.POST('/api/v1/customers/{id}/notes', { params: { path: { id: customerId } }, body: { body: text } })),
    onSuccess,
  });
  const change = useMutation({
    mutationFn: ({ id, text }: { id: number; text: string }) =>
      body(api.PUT('/api/v1/notes/{id}', { params: { path: { id } }, body: { body: text } })),
    onSuccess,
  });
  const remove = useMutation({
    mutationFn: (id: number) => api.DELETE('/api/v1/notes/{id}', { params: { path: { id } } }),
    onSuccess,
  });
  return { add, change, remove };
}
