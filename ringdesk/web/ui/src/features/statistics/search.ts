import type { CatalogueItem } from './api/catalogue';
import type { Interval, ReportQuery } from './api/report';
import { dayIn, type Days, lengthOf, parseStatPeriod, plusDays, resolve, type StatPeriod } from './period';

export const INTERVALS: Interval[] = ['total', '15m', '30m', 'hour', 'day', 'week', 'month', 'weekday_hour'];
export const DIRECTIONS = ['in', 'out', 'internal'] as const;
export const GROUPS = ['person', 'company'] as const;

/** What a report is narrowed by. */
export interface StatFilters {
  queue?: string[];
  agent?: number[];
  team?: number[];
  number?: string[];
  direction?: (typeof DIRECTIONS)[number];
  tag?: string;
  group?: (typeof GROUPS)[number];
}

/** A statistics page as it stands in the address: all of it, so that a link shows exactly this. */
export interface StatSearch extends StatPeriod, StatFilters {
  interval?: Interval;
  timezone?: string;
  /** Without the period before; it is shown otherwise. */
  compare?: false;
  measures?: string[];
  dimensions?: string[];
  /** The measure that is drawn. */
  show?: string;
  /** A column; with a minus before it the largest first. */
  sort?: string;
}

const LONGEST = 128; // characters of a name; the server's own limit is no shorter
const MOST = 100; // values of one filter; the server's own

/** What of an address makes sense; the rest is left out, so that an old or broken link still shows a report. */
export function parseStatSearch(raw: Record<string, unknown>): StatSearch {
  const text = (value: unknown) =>
    (typeof value === 'string' || typeof value === 'number') && String(value) ? String(value).slice(0, LONGEST) : undefined;
  const list = (value: unknown) => {
    const found = (Array.isArray(value) ? (value as unknown[]) : [value]).flatMap((one) => text(one) ?? []).slice(0, MOST);
    return found.length ? [...new Set(found)] : undefined;
  };
  const ids = (value: unknown) => {
    const found = list(value)
      ?.map(Number)
      .filter((id) => Number.isInteger(id) && id > 0);
    return found?.length ? found : undefined;
  };
  const zone = text(raw.timezone);
  const found: StatSearch = {
    ...parseStatPeriod(raw),
    interval: INTERVALS.find((interval) => interval === raw.interval),
    timezone: zone !== undefined && isZone(zone) ? zone : undefined,
    compare: raw.compare === false || raw.compare === 'false' ? false : undefined,
    queue: list(raw.queue),
    agent: ids(raw.agent),
    team: ids(raw.team),
    number: list(raw.number),
    direction: DIRECTIONS.find((direction) => direction === raw.direction),
    tag: text(raw.tag),
    group: GROUPS.find((group) => group === raw.group),
    measures: list(raw.measures),
    dimensions: list(raw.dimensions),
    show: text(raw.show),
    sort: text(raw.sort),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Which of an address's filters a report knows; what it does not know would be refused. */
export function filtersFor(search: StatFilters, known: string[]): StatFilters {
  const { queue, agent, team, number, direction, tag, group } = search;
  const all: StatFilters = { queue, agent, team, number, direction, tag, group };
  return Object.fromEntries(Object.entries(all).filter(([name, value]) => value !== undefined && known.includes(name)));
}

interface Named {
  id: number;
  name: string;
  former: boolean;
}

/** Who or what may be chosen by name; those who are no more in a group at the end. */
export function choices(found: Named[] | undefined, former: string) {
  const named = (gone: boolean) =>
    (found ?? []).filter((one) => one.former === gone).map(({ id, name }) => ({ value: String(id), label: name }));
  const gone = named(true);
  return [...named(false), ...(gone.length ? [{ group: former, items: gone }] : [])];
}

/** The request for [from, to) of an address. `zone` is the company's, `now` the PBX's time. */
export function toQuery(search: StatSearch, zone: string, now: number, known: string[], interval: Interval): ReportQuery {
  const days = daysShown(search, zone, now);
  return {
    from: days.from,
    to: plusDays(days.to, 1),
    interval,
    ...(search.timezone && search.timezone !== zone && { timezone: search.timezone }),
    ...filtersFor(search, known),
    ...(search.compare !== false && { compare: true }),
    ...(search.measures && { measures: search.measures }),
    ...(search.dimensions && { dimensions: search.dimensions }),
  };
}

/** The days an address means now, in the zone it is seen in. */
export function daysShown(search: StatSearch, zone: string, now: number): Days {
  return resolve(search, dayIn(search.timezone ?? zone, now));
}

/** Intervals that make sense of so many days: neither one bar nor thousands, and none that the report cannot have of them. */
export function fitting({ intervals, fine_days }: Pick<CatalogueItem, 'intervals' | 'fine_days'>, days: Days): Interval[] {
  const length = lengthOf(days);
  const fine = fine_days ?? Infinity;
  const most: Partial<Record<Interval, number>> = {
    '15m': Math.min(7, fine),
    '30m': Math.min(14, fine),
    hour: Math.min(31, fine),
    day: 400,
    week: 1600,
  };
  const least: Partial<Record<Interval, number>> = { day: 2, week: 8, month: 32, weekday_hour: 2 };
  return intervals.filter((interval) => length <= (most[interval] ?? Infinity) && length >= (least[interval] ?? 0));
}

/** The interval by which a course over time is read best. */
export function usualCourse(intervals: Interval[], days: Days): Interval {
  const length = lengthOf(days);
  const wanted: Interval[] =
    length <= 2 ? ['hour', '30m', 'day'] : length <= 62 ? ['day', 'week'] : length <= 400 ? ['week', 'month'] : ['month'];
  return wanted.find((interval) => intervals.includes(interval)) ?? intervals.find((one) => one !== 'total') ?? 'total';
}

/** What goes along from report to report: the period and the filters, not what only one of them knows. */
export function shared({ period, from, to, timezone, compare, ...search }: StatSearch): StatSearch {
  const kept: StatSearch = {
    period,
    from,
    to,
    timezone,
    compare,
    ...filtersFor(search, ['queue', 'agent', 'team', 'number', 'direction', 'tag', 'group']),
  };
  return Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined));
}

/** The same view with its days fixed: tomorrow it shows what it shows today. */
export function fixed({ period: _period, ...search }: StatSearch, days: Days): StatSearch {
  return { ...search, from: days.from, to: days.to };
}
