import { queryOptions } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';

export type RecordingDetail = Schemas['RecordingDetail'];
export type Mark = Schemas['MarkView'];

/** One recording with everything on its timeline. */
export function recordingQuery(id: number) {
  return queryOptions({
    queryKey: ['recordings', 'one', id],
    queryFn: ({ signal }) => body(api.GET('/api/v1/recordings/{id}', { params: { path: { id } }, signal })),
  });
}
