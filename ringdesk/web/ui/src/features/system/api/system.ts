import { queryOptions } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';

export type System = Schemas['SystemView'];

/** The state of this installation; looked at anew while it is on the screen. */
export const systemQuery = queryOptions({
  queryKey: ['system'],
  queryFn: ({ signal }) => body(api.GET('/api/v1/system', { signal })),
  refetchInterval: 5_000,
});
