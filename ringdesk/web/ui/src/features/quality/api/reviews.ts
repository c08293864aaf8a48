import { infiniteQueryOptions, keepPreviousData, queryOptions, type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';
import { byCursor } from '@/shared/list/pages';

export type Review = Schemas['ReviewView'];
export type ReviewState = Review['state'];

export interface ReviewFilter {
  state?: ReviewState;
  agent_id?: number;
  /** Only those I reviewed, or that are about me. */
  mine?: boolean;
  sort?: 'created_at' | '-created_at';
}

/** What waits for a reviewer, and what became of it. An agent reads their own that are done. */
export function reviewsQuery(filter: ReviewFilter) {
  return infiniteQueryOptions({
    queryKey: ['reviews', 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      body(api.GET('/api/v1/reviews', { params: { query: { ...filter, limit: 50, cursor: pageParam ?? undefined } }, signal })),
    ...byCursor,
    placeholderData: keepPreviousData,
  });
}

/** The reviews of one recording. */
export function reviewsOfQuery(recordingId: number) {
  return queryOptions({
    queryKey: ['reviews', 'of', recordingId],
    queryFn: ({ signal }) => body(api.GET('/api/v1/reviews', { params: { query: { recording_id: recordingId, limit: 20 } }, signal })),
    select: (answer) => answer.items,
  });
}

export function useAddReview() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (wanted: Schemas['ReviewWanted']) => body(api.POST('/api/v1/reviews', { body: wanted })),
    onSuccess: () => refresh(queries),
  });
}

/** From now on the agent sees it. */
export function useFinishReview(id: number) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (comment: string) => body(api.POST('/api/v1/reviews/{id}/done', { params: { path: { id } }, body: { comment } })),
    onSuccess: () => refresh(queries),
  });
}

/** The reviewed agent's answer. */
export function useReplyReview(id: number) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (text: string) => body(api.POST('/api/v1/reviews/{id}/reply', { params: { path: { id } }, body: { text } })),
    onSuccess: () => refresh(queries),
  });
}

export function useCloseReview(id: number) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => body(api.POST('/api/v1/reviews/{id}/close', { params: { path: { id } } })),
    onSuccess: () => refresh(queries),
  });
}

function refresh(queries: QueryClient): Promise<void> {
  return queries.invalidateQueries({ queryKey: ['reviews'] });
}
