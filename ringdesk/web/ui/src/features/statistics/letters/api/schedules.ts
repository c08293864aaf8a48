import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';

export type Schedule = Schemas['ScheduleView'];
export type ScheduleDraft = Schemas['ScheduleForm'];

const LOOK_AGAIN = 15_000; // ms; letters go out by themselves

/** One's own; a manager sees all. And whether anything can be sent. */
export const schedulesQuery = queryOptions({
  queryKey: ['report-schedules'],
  queryFn: ({ signal }) => body(api.GET('/api/v1/report-schedules', { signal })),
  refetchInterval: LOOK_AGAIN,
});

export function useSaveSchedule() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, report, schedule }: { id: number | null; report: number; schedule: ScheduleDraft }) =>
      id === null
        ? body(api.POST('/api/v1/own-reports/{id}/schedules', { params: { path: { id: report } }, body: schedule }))
        : body(api.PUT('/api/v1/report-schedules/{id}', { params: { path: { id } }, body: schedule })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['report-schedules'] }),
  });
}

export function useRemoveSchedule() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => api.DELETE('/api/v1/report-schedules/{id}', { params: { path: { id } } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['report-schedules'] }),
  });
}

/** Once now, to see what it looks like. */
export function useSendNow() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => api.POST('/api/v1/report-schedules/{id}/send', { params: { path: { id } } }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['report-schedules'] }),
  });
}
