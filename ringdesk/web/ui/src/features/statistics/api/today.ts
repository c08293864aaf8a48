import { queryOptions } from '@tanstack/react-query';
import { api, body } from '@/shared/api/client';
import { plusDays } from '../period';

/** The overview of a day, all of the house that one may see. Live events bring what changed. */
export function todayQuery(day: string) {
  return queryOptions({
    queryKey: ['statistics', 'today', day],
    queryFn: ({ signal }) =>
      body(
        api.GET('/api/v1/reports/{report}', {
          params: { path: { report: 'overview' }, query: { from: day, to: plusDays(day, 1) } },
          signal,
        }),
      ),
  });
}
