import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';

export type Token = Schemas['TokenView'];

/** One's own tokens. */
export const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: ({ signal }) => body(api.GET('/api/v1/tokens', { signal })),
  select: (answer) => answer.items,
});

/** The answer holds the secret, this once. */
export function useMakeToken() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (label: string) => body(api.POST('/api/v1/tokens', { body: { label } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: tokensQuery.queryKey }),
  });
}

export function useRevokeToken() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => api.DELETE('/api/v1/tokens/{id}', { params: { path: { id } } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: tokensQuery.queryKey }),
  });
}
