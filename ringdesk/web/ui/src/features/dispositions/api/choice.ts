import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body } from '@/shared/api/client';

/** One's own choice for a call. */
export function choiceQuery(callId: string) {
  return queryOptions({
    queryKey: ['calls', 'disposition', callId],
    queryFn: ({ signal }) => body(api.GET('/api/v1/calls/{call_id}/disposition', { params: { path: { call_id: callId } }, signal })),
  });
}

/** Says what the call was about; null takes it back. */
export function useChoose(callId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: number | null) =>
      body(api.PUT('/api/v1/calls/{call_id}/disposition', { params: { path: { call_id: callId } }, body: { disposition_id: id } })),
    onSuccess: (choice) => queries.setQueryData(choiceQuery(callId).queryKey, choice),
  });
}
