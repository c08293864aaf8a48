import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';
import { policiesQuery } from './policies';

export type PolicyForm = Schemas['PolicyForm'];

/** Makes a policy, or makes one what is given. */
export function useSavePolicy() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, policy }: { id: number | null; policy: PolicyForm }) =>
      id === null
        ? body(api.POST('/api/v1/recording-policies', { body: policy }))
        : body(api.PUT('/api/v1/recording-policies/{id}', { params: { path: { id } }, body: policy })),
    onSuccess: () => queries.invalidateQueries({ queryKey: policiesQuery.queryKey }),
  });
}

/** A queue's or a number's goes back to the general one. */
export function useRemovePolicy() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => api.DELETE('/api/v1/recording-policies/{id}', { params: { path: { id } } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: policiesQuery.queryKey }),
  });
}
