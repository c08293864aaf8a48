import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';
import { byCursor } from '@/shared/list/pages';

export type AuditEntry = Schemas['AuditView'];

export interface AuditFilter {
  customer_id?: number;
  user_id?: number;
}

/** Who looked at or changed what, newest first. */
export function auditQuery(filter: AuditFilter) {
  return infiniteQueryOptions({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam, signal }) =>
      body(api.GET('/api/v1/audit', { params: { query: { ...filter, limit: 50, cursor: pageParam ?? undefined } }, signal })),
    ...byCursor,
    placeholderData: keepPreviousData,
  });
}
