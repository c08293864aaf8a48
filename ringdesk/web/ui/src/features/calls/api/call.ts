import { queryOptions } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';

export type CallDetail = Schemas['CallDetail'];

/** One call with its notes. */
export function callQuery(id: string) {
  return queryOptions({
    queryKey: ['calls', 'one', id],
    queryFn: ({ signal }) => body(api.GET('/api/v1/calls/{id}', { params: { path: { id } }, signal })),
  });
}
