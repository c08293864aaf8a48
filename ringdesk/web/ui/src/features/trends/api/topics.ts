import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';

export type Topic = Schemas['TopicView'];

/** What is looked for in every call. */
export const topicsQuery = queryOptions({
  queryKey: ['topics'],
  queryFn: ({ signal }) => body(api.GET('/api/v1/topics', { signal })),
  select: (answer) => answer.items,
});

export function useSaveTopic() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, topic }: { id: number | null; topic: Schemas['TopicForm'] }) =>
      id === null
        ? body(api.POST('/api/v1/topics', { body: topic }))
        : body(api.PUT('/api/v1/topics/{id}', { params: { path: { id } }, body: topic })),
    onSuccess: () => refresh(queries),
  });
}

export function useRemoveTopic() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => api.DELETE('/api/v1/topics/{id}', { params: { path: { id } } }),
    onSuccess: () => refresh(queries),
  });
}

async function refresh(queries: ReturnType<typeof useQueryClient>): Promise<void> {
  await Promise.all(['topics', 'trends'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
}
