import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';

export type Score = Schemas['ScoreView'];
export type Answer = Schemas['AnswerView'];
export type Evidence = Schemas['EvidenceView'];
export type Given = NonNullable<Answer['answer']>;
export type PersonAnswer = Schemas['PersonAnswer'];
export type AgentSummary = Schemas['AgentSummary'];

/** Every score a recording ever got, newest first. */
export function scoresQuery(recordingId: number) {
  return queryOptions({
    queryKey: ['scores', 'of', recordingId],
    queryFn: ({ signal }) => body(api.GET('/api/v1/recordings/{id}/scores', { params: { path: { id: recordingId } }, signal })),
    select: (answer) => answer.items,
  });
}

/** A person's answer to a question; null gives it back to the machine. */
export function useAnswer(recordingId: number) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (answer: PersonAnswer) =>
      body(api.PUT('/api/v1/recordings/{id}/score', { params: { path: { id: recordingId } }, body: answer })),
    onSuccess: (score) => {
      queries.setQueryData(
        scoresQuery(recordingId).queryKey,
        (known) => known && { items: known.items.map((s) => (s.id === score.id ? score : s)) },
      );
      for (const key of ['reviews', 'agreement', 'recordings']) void queries.invalidateQueries({ queryKey: [key] });
      void queries.invalidateQueries({ queryKey: ['scores', 'summary'] });
    },
  });
}

export interface SummaryFilter {
  agent_id?: number;
  since?: string;
  until?: string;
}

/** Averages by agent and week. */
export function summaryQuery(filter: SummaryFilter) {
  return queryOptions({
    queryKey: ['scores', 'summary', filter],
    queryFn: ({ signal }) => body(api.GET('/api/v1/scores/summary', { params: { query: filter }, signal })),
    select: (answer) => answer.items,
  });
}
