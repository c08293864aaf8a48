import { queryOptions } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';

export type Targets = Schemas['TargetList'];
export type Target = Schemas['TargetView'];

/** The share of callers that these queues (none: the house) are to answer in time; null where they promise different ones. */
export function promised(targets: Target[], queues: string[] | undefined): number | null {
  const of = (queue: string) =>
    (targets.find((target) => target.queue === queue) ?? targets.find((target) => target.queue === '*'))?.target;
  const shares = new Set((queues?.length ? queues : ['*']).map(of));
  const [share] = shares;
  return shares.size === 1 ? (share ?? null) : null;
}

/** What queues promise, and which queues there are: those of the past, too. */
export const targetsQuery = queryOptions({
  queryKey: ['statistics', 'targets'],
  staleTime: 60_000,
  queryFn: ({ signal }) => body(api.GET('/api/v1/queue-targets', { signal })),
});
