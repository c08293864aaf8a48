import type { CatalogueItem } from '../api/catalogue';
import type { Report, ReportQuery } from '../api/report';
import { type Drawing, isHeat, keysOf } from '../charts/series';
import { dayIn, plusDays, resolve } from '../period';
import { filtersFor, type StatSearch } from '../search';
import type { Definition } from './api/own-reports';

export type ChartKind = Definition['chart'];
export const CHARTS: ChartKind[] = ['table', 'line', 'bar', 'stacked', 'heat'];
export const MOST_DIMENSIONS = 2;
export const MOST_MEASURES = 20;
const BEGUN_WITH = 4; // measures of a new report; more is a choice

/** A new report of a subject: its first measures, by itself. */
export function fresh(item: CatalogueItem): Definition {
  const timed = item.chart === 'line' || item.chart === 'stacked';
  return {
    report: item.name,
    measures: item.standard.slice(0, BEGUN_WITH),
    dimensions: [],
    interval: item.chart === 'heat' ? 'weekday_hour' : timed && item.intervals.includes('day') ? 'day' : (item.intervals[0] ?? 'total'),
    period: 'last_7_days',
    from_: null,
    to: null,
    compare: false,
    queue: [],
    agent: [],
    team: [],
    number: [],
    direction: null,
    tag: null,
    group: null,
    chart: CHARTS.find((chart) => chart === item.chart) ?? 'table',
    sort: null,
  };
}

/** The same question of another subject: what that one does not know is left out. */
export function adapted(definition: Definition, item: CatalogueItem): Definition {
  const known = new Set(item.measures.map(({ name }) => name));
  const measures = definition.measures.filter((name) => known.has(name));
  const begun = fresh(item);
  const interval = item.intervals.includes(definition.interval) ? definition.interval : begun.interval;
  const filters = filtersFor(toSearch(definition), item.filters);
  return {
    ...begun,
    measures: measures.length > 0 ? measures : begun.measures,
    dimensions: definition.dimensions.filter((name) => item.dimensions.some((dimension) => dimension.name === name)),
    interval,
    period: definition.period,
    from_: definition.from_,
    to: definition.to,
    compare: definition.compare,
    ...fromFilters(filters),
    chart: drawable(definition.chart, interval) ? definition.chart : begun.chart,
  };
}

/** Whether a chart can be drawn of such intervals. */
export function drawable(chart: ChartKind, interval: Definition['interval']): boolean {
  if (chart === 'heat') return interval === 'weekday_hour';
  if (chart === 'line') return interval !== 'total' && interval !== 'weekday_hour';
  return chart === 'table' || interval !== 'weekday_hour';
}

/** Another chart, with the interval that it needs. */
export function withChart(definition: Definition, chart: ChartKind, item: CatalogueItem): Definition {
  if (drawable(chart, definition.interval)) return { ...definition, chart };
  const wanted = chart === 'heat' ? (['weekday_hour'] as const) : (['day', 'week', 'month', 'hour', 'total'] as const);
  const interval = wanted.find((one) => item.intervals.includes(one) && drawable(chart, one));
  return interval ? { ...definition, chart, interval } : definition;
}

/** Another interval, with a chart that can be drawn of it. */
export function withInterval(definition: Definition, interval: Definition['interval']): Definition {
  const chart = interval === 'weekday_hour' ? 'heat' : drawable(definition.chart, interval) ? definition.chart : 'bar';
  return { ...definition, interval, chart: drawable(chart, interval) ? chart : 'table' };
}

/** Its period and filters as the filter bar takes them. */
export function toSearch(of: Definition): StatSearch {
  const own = of.period === 'fixed' && of.from_ && of.to;
  return {
    ...(own ? { from: of.from_ ?? undefined, to: plusDays(of.to ?? '', -1) } : { period: of.period === 'fixed' ? undefined : of.period }),
    interval: of.interval,
    compare: of.compare ? undefined : false,
    queue: some(of.queue),
    agent: some(of.agent),
    team: some(of.team),
    number: some(of.number),
    direction: of.direction ?? undefined,
    tag: of.tag ?? undefined,
    group: of.group ?? undefined,
  };
}

/** What the filter bar changed. */
export function withSearch(definition: Definition, change: Partial<StatSearch>): Definition {
  const search = { ...toSearch(definition), ...change };
  const own = search.from !== undefined && search.to !== undefined;
  const changed: Definition = {
    ...definition,
    ...fromFilters(search),
    period: own ? 'fixed' : (search.period ?? 'last_7_days'),
    from_: own ? (search.from ?? null) : null,
    to: own && search.to ? plusDays(search.to, 1) : null,
    compare: search.compare !== false,
  };
  return search.interval && search.interval !== definition.interval ? withInterval(changed, search.interval) : changed;
}

function fromFilters({ queue, agent, team, number, direction, tag, group }: StatSearch) {
  return {
    queue: queue ?? [],
    agent: agent ?? [],
    team: team ?? [],
    number: number ?? [],
    direction: direction ?? null,
    tag: tag ?? null,
    group: group ?? null,
  };
}

function some<T>(list: T[]): T[] | undefined {
  return list.length > 0 ? list : undefined;
}

/** The request that makes it now. `zone`: the company's. */
export function queryOf(of: Definition, zone: string, now: number): ReportQuery {
  const search = toSearch(of);
  const days = resolve(search, dayIn(zone, now));
  const { queue, agent, team, number, direction, tag, group } = search;
  const narrowed = { queue, agent, team, number, direction, tag, group };
  return {
    from: days.from,
    to: plusDays(days.to, 1),
    interval: of.interval,
    ...Object.fromEntries(Object.entries(narrowed).filter(([, value]) => value !== undefined)),
    ...(of.compare && { compare: true }),
    measures: of.measures,
    ...(of.dimensions.length > 0 && { dimensions: of.dimensions }),
  };
}

/** How a report is drawn that wants such a chart; a course needs time, and without it things stand beside each other. */
export function drawingFor(report: Report, chart: ChartKind): Drawing | null {
  if (chart === 'table' || report.rows.length === 0) return null;
  if (isHeat(report)) return 'heat';
  const keys = keysOf(report);
  if (keys.some((key) => key.unit === 'time')) return chart === 'heat' ? 'bar' : chart;
  return keys.length > 0 ? 'categories' : null;
}
