import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';

export type Scorecard = Schemas['ScorecardView'];
export type Definition = Schemas['Definition-Output'];
export type Section = Schemas['Section-Output'];
export type Question = Schemas['Question-Output'];
export type Rule = Question['rule'];
export type Says = Schemas['Says-Output'];
export type Measure = Schemas['Measure-Output'];

/** The current version of each. */
export const scorecardsQuery = queryOptions({
  queryKey: ['scorecards', 'list'],
  queryFn: ({ signal }) => body(api.GET('/api/v1/scorecards', { signal })),
  select: (answer) => answer.items,
});

/** Definitions to begin with. */
export const templatesQuery = queryOptions({
  queryKey: ['scorecards', 'templates'],
  staleTime: Infinity,
  queryFn: ({ signal }) => body(api.GET('/api/v1/scorecards/templates', { signal })),
  select: (answer) => answer.items,
});

export function scorecardQuery(id: number) {
  return queryOptions({
    queryKey: ['scorecards', 'one', id],
    queryFn: ({ signal }) => body(api.GET('/api/v1/scorecards/{id}', { params: { path: { id } }, signal })),
  });
}

/** Every version there was, newest first. */
export function versionsQuery(id: number) {
  return queryOptions({
    queryKey: ['scorecards', 'versions', id],
    queryFn: ({ signal }) => body(api.GET('/api/v1/scorecards/{id}/versions', { params: { path: { id } }, signal })),
    select: (answer) => answer.items,
  });
}

/** Makes a scorecard, or a new version of one. */
export function useSaveScorecard(id: number | null) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (form: Schemas['ScorecardForm']) =>
      id === null
        ? body(api.POST('/api/v1/scorecards', { body: form }))
        : body(api.PUT('/api/v1/scorecards/{id}', { params: { path: { id } }, body: form })),
    onSuccess: async (saved) => {
      queries.setQueryData(scorecardQuery(saved.id).queryKey, saved);
      await Promise.all(['list', 'versions'].map((part) => queries.invalidateQueries({ queryKey: ['scorecards', part] })));
      void queries.invalidateQueries({ queryKey: ['scores'] });
    },
  });
}

/** What a definition would give for a recording. Nothing is kept. */
export function tryQuery(definition: Schemas['Definition-Input'], recordingId: number) {
  return queryOptions({
    queryKey: ['scorecards', 'try', recordingId, definition],
    queryFn: ({ signal }) => body(api.POST('/api/v1/scorecards/try', { body: { definition, recording_id: recordingId }, signal })),
    placeholderData: keepPreviousData,
    gcTime: 0,
    retry: false,
  });
}
