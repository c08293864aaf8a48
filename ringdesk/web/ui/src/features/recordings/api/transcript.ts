import { queryOptions } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';

export type Transcript = Schemas['TranscriptView'];
export type Utterance = Schemas['Utterance'];
export type Word = Schemas['Word'];

/** What was said, by speaker and time. */
export function transcriptQuery(id: number) {
  return queryOptions({
    queryKey: ['recordings', 'transcript', id],
    staleTime: 300_000,
    queryFn: ({ signal }) => body(api.GET('/api/v1/recordings/{id}/transcript', { params: { path: { id } }, signal })),
  });
}
