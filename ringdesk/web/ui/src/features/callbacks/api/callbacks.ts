import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';
import { byCursor } from '@/shared/list/pages';

export type Callback = Schemas['CallbackView'];
export type CallbackState = Callback['state'];

export type CallbackSort = 'last_at' | '-last_at' | 'misses' | '-misses';

/** Callers whom nobody spoke with. */
export function callbacksQuery(state: CallbackState[], sort: CallbackSort = '-last_at') {
  return infiniteQueryOptions({
    queryKey: ['callbacks', state, sort],
    queryFn: ({ pageParam, signal }) =>
      body(api.GET('/api/v1/callbacks', { params: { query: { state, sort, limit: 50, cursor: pageParam ?? undefined } }, signal })),
    ...byCursor,
    placeholderData: keepPreviousData,
  });
}
