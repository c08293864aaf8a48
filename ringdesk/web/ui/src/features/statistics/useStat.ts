import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { pbxNow } from '@/shared/time/clock';
import { catalogueQuery } from './api/catalogue';
import type { Interval } from './api/report';
import { daysShown, fitting, type StatSearch, toQuery, usualCourse } from './search';

/** A report as an address asks for it: what the catalogue says of it, the choice of intervals, and the request. */
export function useStat(report: string, search: StatSearch, usual: 'course' | 'own' = 'own') {
  const catalogue = useQuery({ ...catalogueQuery, placeholderData: keepPreviousData });
  const item = catalogue.data?.items.find((one) => one.name === report);
  if (!catalogue.data || !item) return { catalogue, item, ready: null };
  const zone = catalogue.data.timezone;
  const now = pbxNow();
  const days = daysShown(search, zone, now);
  const intervals = fitting(item, days);
  const course = usualCourse(intervals, days);
  const own: Interval =
    item.chart === 'heat' ? 'weekday_hour' : usual === 'course' || item.chart === 'line' || item.chart === 'stacked' ? course : 'total';
  const wanted = search.interval ?? own;
  const interval = intervals.includes(wanted) ? wanted : (intervals.find((one) => one === own) ?? intervals[0] ?? 'total');
  return {
    catalogue,
    item,
    ready: {
      zone,
      days,
      intervals,
      interval,
      firstDay: catalogue.data.first_day,
      query: toQuery(search, zone, now, item.filters, interval),
    },
  };
}
