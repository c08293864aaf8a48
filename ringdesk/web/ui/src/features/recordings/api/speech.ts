import { queryOptions } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';

export type Speech = Schemas['SpeechView'];

/** The models there are, and what waits for them. */
export const speechQuery = queryOptions({
  queryKey: ['recordings', 'speech'],
  queryFn: ({ signal }) => body(api.GET('/api/v1/speech', { signal })),
});
