import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';
import type { operations } from '@/shared/api/schema';

export type Staffing = Schemas['StaffingView'];
export type StaffingRow = Schemas['StaffingRow'];
export type WhatIf = Schemas['WhatIf'];
export type StaffingQuery = operations['staffing']['parameters']['query'];

/** Agents per interval of a week for a target. Undefined while no queue is chosen. */
export function staffingQuery(query: StaffingQuery | undefined) {
  return queryOptions({
    queryKey: ['statistics', 'staffing', query],
    enabled: query !== undefined,
    queryFn: ({ signal }) => body(api.GET('/api/v1/staffing', { params: { query: query as StaffingQuery }, signal })),
    placeholderData: keepPreviousData,
  });
}
