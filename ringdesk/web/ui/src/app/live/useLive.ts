import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { emptyDesk } from '@/features/cards/desk';
import { deskQuery } from '@/features/cards/useDesk';
import { meQuery } from '@/features/session/api/me';
import type { LiveEvent } from '@/shared/live/events';
import { type LiveSocket, openSocket } from '@/shared/live/socket';
import { setPbxTime } from '@/shared/time/clock';
import { makePatch } from './patch';
import { useTelling } from './useTelling';

let socket: LiveSocket | null = null;

/** Asks for the snapshot anew: after a change that the server pushes to nobody, such as one on the card of an ended call. */
export function refreshLive(): void {
  socket?.refresh();
}

/** Keeps this page in step with the house while somebody is signed in. */
export function useLive(me: number): void {
  const queries = useQueryClient();
  const tell = useTelling();
  useEffect(() => {
    const patch = makePatch(queries, me);
    const apply = (event: LiveEvent, again: boolean) => {
      if (event.name === 'snapshot') setPbxTime(event.data.at);
      if (!again) tell(event);
      patch(event);
    };
    const stillSignedIn = async () => (await queries.fetchQuery({ ...meQuery, staleTime: 0 })) !== null;
    const opened = openSocket({ apply, stillSignedIn });
    socket = opened;
    return () => {
      opened.close();
      socket = null;
      queries.setQueryData(deskQuery.queryKey, emptyDesk);
    };
  }, [queries, me, tell]);
}
