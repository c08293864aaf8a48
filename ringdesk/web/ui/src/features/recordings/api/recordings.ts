import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';
import { byCursor } from '@/shared/list/pages';

export type Recording = Schemas['RecordingView'];
export type RecordingState = Recording['state'];
export const STATES: RecordingState[] = ['found', 'stored', 'transcribed', 'scored', 'no_model', 'unmatched', 'failed'];
export type RecordingSort = 'started_at' | '-started_at' | 'duration_s' | '-duration_s';

export interface RecordingFilter {
  call_id?: string;
  since?: string;
  until?: string;
  state?: RecordingState;
  queue?: string;
  agent_id?: number;
  number?: string;
  scored_below?: number;
  sort?: RecordingSort;
}

/** The recordings that one may hear, newest first. */
export function recordingsQuery(filter: RecordingFilter, limit = 50) {
  return infiniteQueryOptions({
    queryKey: ['recordings', 'list', filter, limit],
    queryFn: ({ pageParam, signal }) =>
      body(api.GET('/api/v1/recordings', { params: { query: { ...filter, limit, cursor: pageParam ?? undefined } }, signal })),
    ...byCursor,
    placeholderData: keepPreviousData,
  });
}
