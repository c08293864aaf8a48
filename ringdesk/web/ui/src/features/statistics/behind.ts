import { INTERVALS } from './search';
import type { Report, ReportColumn, ReportQuery, ReportRow } from './api/report';
import { slotsOf } from './charts/slots';
import { keysOf } from './charts/series';
import { plain } from './values';

/** The calls a number counts, as they stand in the address: the request of the report, narrowed to the number's row. */
export interface BehindSearch extends ReportQuery {
  measure: string;
  /** What the number is of, to be read at the top of the list. */
  title?: string;
}

/** The calls behind a cell of a report; of the totals without a row. Null where nothing can be listed. */
export function behindOf(report: Report, query: ReportQuery, row: ReportRow | null, column: ReportColumn): BehindSearch | null {
  if (!column.behind || !(Number((row ?? report.totals)[column.name]) > 0)) return null;
  const found: BehindSearch = { ...withoutShape(query), measure: column.name };
  const key = [...(query.key ?? [])];
  for (const of of row ? keysOf(report) : []) {
    const cell = row?.[of.name];
    if (cell === undefined) continue;
    if (of.unit === 'time') {
      const { from, to } = stretchOf(plain(cell), report);
      found.from = from;
      found.to = to;
    } else {
      const value = cell !== null && typeof cell === 'object' ? cell.id : cell;
      key.push(`${of.name}:${String(value ?? '')}`);
    }
  }
  return key.length ? { ...found, key } : found;
}

/** Whom a report is of, not how it is laid out. */
function withoutShape({ compare: _compare, measures: _measures, interval: _interval, ...same }: ReportQuery): ReportQuery {
  return same;
}

/** From the begin of a row's stretch to its end, no further than the report goes. */
function stretchOf(time: string, report: Report): { from: string; to: string } {
  const begin = Date.parse(time);
  const next = slotsOf(report.from, report.to, report.interval, report.timezone).find((at) => at > begin) ?? Infinity;
  return {
    from: iso(Math.max(begin, Date.parse(report.from))),
    to: iso(Math.min(next, Date.parse(report.to))),
  };
}

function iso(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}

const LISTS = ['queue', 'number', 'dimensions', 'key'] as const;

export function parseBehindSearch(raw: Record<string, unknown>): BehindSearch {
  const text = (name: string) => (typeof raw[name] === 'string' || typeof raw[name] === 'number' ? String(raw[name]) : undefined);
  const list = (name: string) => {
    const value = raw[name];
    const all = Array.isArray(value) ? (value as unknown[]) : value === undefined ? [] : [value];
    return all.length ? all.map(String) : undefined;
  };
  const ids = (name: string) => list(name)?.map(Number).filter(Number.isInteger);
  const found = {
    from: text('from') ?? '',
    to: text('to') ?? '',
    interval: INTERVALS.find((interval) => interval === raw.interval),
    timezone: text('timezone'),
    ...Object.fromEntries(LISTS.map((name) => [name, list(name)])),
    agent: ids('agent'),
    team: ids('team'),
    direction: (['in', 'out', 'internal'] as const).find((direction) => direction === raw.direction),
    tag: text('tag'),
    group: (['person', 'company'] as const).find((group) => group === raw.group),
    measure: text('measure') ?? '',
    title: text('title'),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as unknown as BehindSearch;
}
