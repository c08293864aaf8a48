import { queryOptions } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';

export type Targets = Schemas['TargetList'];
export type Target = Schemas['TargetView'];

/** What queues promise, and which queues there are: those of the past, too. */
export const targetsQuery = queryOptions({
  queryKey: ['statistics', 'targets'],
  staleTime: 60_000,
  queryFn: ({ signal }) => body(api.GET('/api/v1/queue-targets', { signal })),
});
