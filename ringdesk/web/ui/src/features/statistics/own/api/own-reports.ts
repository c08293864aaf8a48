import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';

export type OwnReport = Schemas['OwnReportView'];
export type OwnReportDraft = Schemas['OwnReportForm'];
export type Definition = Schemas['ReportDefinition-Output'];

/** One's own, and what is shared with one. */
export const ownReportsQuery = queryOptions({
  queryKey: ['own-reports'],
  queryFn: ({ signal }) => body(api.GET('/api/v1/own-reports', { signal })),
  select: (answer) => answer.items,
});

export function ownReportQuery(id: number) {
  return queryOptions({
    queryKey: ['own-reports', id],
    queryFn: ({ signal }) => body(api.GET('/api/v1/own-reports/{id}', { params: { path: { id } }, signal })),
  });
}

export function useSaveOwnReport() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, report }: { id: number | null; report: OwnReportDraft }) =>
      id === null
        ? body(api.POST('/api/v1/own-reports', { body: report }))
        : body(api.PUT('/api/v1/own-reports/{id}', { params: { path: { id } }, body: report })),
    onSuccess: (saved) => {
      queries.setQueryData(ownReportQuery(saved.id).queryKey, saved);
      return Promise.all([
        queries.invalidateQueries({ queryKey: ownReportsQuery.queryKey, exact: true }),
        queries.invalidateQueries({ queryKey: ['statistics', 'own-result', saved.id] }),
      ]);
    },
  });
}

/** With its letters; dashboards lose its tile. */
export function useRemoveOwnReport() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => api.DELETE('/api/v1/own-reports/{id}', { params: { path: { id } } }),
    onSuccess: (_, id) => {
      queries.removeQueries({ queryKey: ownReportQuery(id).queryKey });
      return Promise.all(['own-reports', 'dashboards', 'report-schedules'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
    },
  });
}
