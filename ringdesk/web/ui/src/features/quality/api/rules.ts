import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';

export type ReviewRule = Schemas['RuleView'];

/** Which scored recordings go to review. */
export const reviewRulesQuery = queryOptions({
  queryKey: ['review-rules'],
  queryFn: ({ signal }) => body(api.GET('/api/v1/review-rules', { signal })),
  select: (answer) => answer.items,
});

export function useSaveRule() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, rule }: { id: number | null; rule: Schemas['RuleForm'] }) =>
      id === null
        ? body(api.POST('/api/v1/review-rules', { body: rule }))
        : body(api.PUT('/api/v1/review-rules/{id}', { params: { path: { id } }, body: rule })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['review-rules'] }),
  });
}

export function useRemoveRule() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => api.DELETE('/api/v1/review-rules/{id}', { params: { path: { id } } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['review-rules'] }),
  });
}
