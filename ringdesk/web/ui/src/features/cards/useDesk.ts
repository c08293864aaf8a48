import { queryOptions, skipToken, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type Desk, dismiss, emptyDesk, type Presence, present, select } from './desk';

/** Nobody fetches it: live events keep it, and a snapshot after every connect. */
export const deskQuery = queryOptions<Desk>({
  queryKey: ['desk'],
  queryFn: skipToken,
  initialData: emptyDesk,
  staleTime: Infinity,
  gcTime: Infinity,
});

export function useDesk(): Desk {
  return useQuery(deskQuery).data ?? emptyDesk;
}

/** What the agent does with their own desk. */
export function useDeskActions() {
  const queries = useQueryClient();
  return useMemo(() => {
    const change = (by: (desk: Desk) => Desk) => queries.setQueryData(deskQuery.queryKey, (desk) => by(desk ?? emptyDesk));
    return {
      dismiss: (callId: string) => change((desk) => dismiss(desk, callId)),
      select: (callId: string) => change((desk) => select(desk, callId)),
      present: (presence: Presence) => change((desk) => present(desk, presence)),
    };
  }, [queries]);
}
