import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';

export type TargetDraft = Schemas['TargetForm'];
export type Variant = TargetDraft['variant'];

/** In place of a queue: every one without a target of its own. */
export const HOUSE = '*';

export function useSetTarget() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ queue, target }: { queue: string; target: TargetDraft }) =>
      body(api.PUT('/api/v1/queue-targets/{queue}', { params: { path: { queue } }, body: target })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['statistics'] }), // the past is counted by it, too
  });
}

/** The queue goes by the house's target again. */
export function useUnsetTarget() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (queue: string) => api.DELETE('/api/v1/queue-targets/{queue}', { params: { path: { queue } } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['statistics'] }),
  });
}
