import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body } from '@/shared/api/client';

const LOOK = 5_000; // ms; a program may pause it as well, a payment form that opens

/** Whether the recording of a running call rests. */
export function pauseQuery(callId: string) {
  return queryOptions({
    queryKey: ['recording-pause', callId],
    queryFn: ({ signal }) => body(api.GET('/api/v1/calls/{id}/recording', { params: { path: { id: callId } }, signal })),
    refetchInterval: (query) => (query.state.error ? 3 * LOOK : LOOK),
  });
}

/** Silence on the recording of a running call from now on, or sound again. */
export function usePauseRecording(callId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (paused: boolean) =>
      body(api.POST('/api/v1/calls/{id}/recording', { params: { path: { id: callId } }, body: { paused, reason: '' } })),
    onMutate: () => queries.cancelQueries({ queryKey: pauseQuery(callId).queryKey }), // an answer from before must not undo it
    onSuccess: (state) => queries.setQueryData(pauseQuery(callId).queryKey, state),
  });
}
