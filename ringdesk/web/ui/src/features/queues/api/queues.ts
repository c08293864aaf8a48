import { queryOptions } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';
import { pbxNow } from '@/shared/time/clock';

export type Queue = Schemas['QueueView'] & {
  /** When the caller who has waited longest entered, so that the wait can be shown running. */
  waitingSince: string | null;
};
export type Member = Schemas['MemberView'];

/** The PBX's queues: who waits, who is there to answer. */
export const queuesQuery = queryOptions({
  queryKey: ['queues'],
  queryFn: async ({ signal }): Promise<Queue[]> => {
    const { items } = await body(api.GET('/api/v1/queues', { signal }));
    const now = pbxNow();
    return items.map((queue) => ({
      ...queue,
      waitingSince: queue.longest_wait_s === null ? null : new Date(now - queue.longest_wait_s * 1000).toISOString(),
    }));
  },
});
