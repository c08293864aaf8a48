import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';

export type Disposition = Schemas['DispositionView'];
export type DispositionDraft = Schemas['DispositionForm'];

/** What calls may be about: all of them, those not offered any more too. */
export const dispositionsQuery = queryOptions({
  queryKey: ['dispositions'],
  staleTime: 60_000,
  queryFn: ({ signal }) => body(api.GET('/api/v1/dispositions', { signal })),
  select: (answer) => answer.items,
});

export function useSaveDisposition() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, disposition }: { id: number | null; disposition: DispositionDraft }) =>
      id === null
        ? body(api.POST('/api/v1/dispositions', { body: disposition }))
        : body(api.PUT('/api/v1/dispositions/{id}', { params: { path: { id } }, body: disposition })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['dispositions'] }),
  });
}
