import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';

export type Trends = Schemas['TrendView'];
export type TrendRow = Schemas['TrendRow'];

export interface TrendFilter {
  kind: 'topics' | 'phrases';
  weeks: number;
  queue?: string;
}

/** What rises and what falls, by week. */
export function trendsQuery(filter: TrendFilter) {
  return queryOptions({
    queryKey: ['trends', filter],
    queryFn: ({ signal }) => body(api.GET('/api/v1/trends', { params: { query: { ...filter, limit: 60 } }, signal })),
    placeholderData: keepPreviousData,
  });
}
