import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';

export type Forecast = Schemas['ForecastView'];

/** The coming weeks' calls from the past, of all queues together without one. */
export function forecastQuery(weeks: number, queue: string | undefined) {
  return queryOptions({
    queryKey: ['statistics', 'forecast', weeks, queue],
    staleTime: 10 * 60_000, // a model is fitted for it, and it changes by the day
    queryFn: ({ signal }) => body(api.GET('/api/v1/staffing/forecast', { params: { query: { weeks, queue } }, signal })),
    placeholderData: keepPreviousData,
  });
}
