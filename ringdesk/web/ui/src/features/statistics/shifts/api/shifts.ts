import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';

export type Shift = Schemas['ShiftView'];
export type ShiftDraft = Schemas['ShiftDraft'];
export type Activity = Shift['activity'];

export interface ShiftFilter {
  since: string;
  until: string;
}

/** When people are meant to work in [since, until). */
export function shiftsQuery(filter: ShiftFilter) {
  return queryOptions({
    queryKey: ['shifts', filter],
    queryFn: ({ signal }) => body(api.GET('/api/v1/shifts', { params: { query: filter }, signal })),
    select: (answer) => answer.items,
    placeholderData: keepPreviousData,
  });
}

/** Replaces what is planned for these agents in [since, until). Adherence is measured anew by it. */
export function usePlan() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (plan: Schemas['ShiftsForm']) => body(api.PUT('/api/v1/shifts', { body: plan })),
    onSuccess: () => Promise.all(['shifts', 'statistics'].map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  });
}
