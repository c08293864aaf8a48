import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body } from '@/shared/api/client';

/** Taking, giving back and closing call-backs. Everybody's list follows by a live event, one's own at once. */
export function useChangeCallback() {
  const queries = useQueryClient();
  const onSettled = () => queries.invalidateQueries({ queryKey: ['callbacks'] });
  const at = (id: number) => ({ params: { path: { id } } });
  const take = useMutation({
    mutationFn: ({ id, dial }: { id: number; dial: boolean }) =>
      body(api.POST('/api/v1/callbacks/{id}/take', { ...at(id), body: { dial } })),
    onSettled,
  });
  const release = useMutation({ mutationFn: (id: number) => body(api.POST('/api/v1/callbacks/{id}/release', at(id))), onSettled });
  const dismiss = useMutation({ mutationFn: (id: number) => body(api.POST('/api/v1/callbacks/{id}/dismiss', at(id))), onSettled });
  return { take, release, dismiss };
}
