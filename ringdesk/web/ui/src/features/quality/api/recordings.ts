import { queryOptions } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';

export type Recording = Schemas['RecordingView'];

/** How far one recording has come: why it has no score yet. */
export function recordingStateQuery(id: number) {
  return queryOptions({
    queryKey: ['recordings', 'state', id],
    queryFn: ({ signal }) => body(api.GET('/api/v1/recordings/{id}', { params: { path: { id } }, signal })),
  });
}

/** The newest, to try a scorecard on one. */
export const recentRecordingsQuery = queryOptions({
  queryKey: ['recordings', 'recent'],
  queryFn: ({ signal }) => body(api.GET('/api/v1/recordings', { params: { query: { limit: 50 } }, signal })),
  select: (answer) => answer.items,
});
