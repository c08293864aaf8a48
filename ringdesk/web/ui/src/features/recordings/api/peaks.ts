import { queryOptions } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';

export type Peaks = Schemas['PeaksView'];

/** The waveform, made by the server once. Masking changes it: then the recording's state changes as well. */
export function peaksQuery(id: number) {
  return queryOptions({
    queryKey: ['recordings', 'peaks', id],
    staleTime: 300_000,
    queryFn: ({ signal }) => body(api.GET('/api/v1/recordings/{id}/peaks', { params: { path: { id } }, signal })),
  });
}
