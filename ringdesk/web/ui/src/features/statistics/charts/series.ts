import type { Cell, Report, ReportColumn } from '../api/report';
import { numeric, plain, rowId } from '../values';
import { slotsOf } from './slots';

export const DRAWN = 5; // lines; the colours that everybody tells apart

/** How a report is drawn. */
export type Drawing = 'line' | 'bar' | 'stacked' | 'categories' | 'heat' | 'histogram' | 'flow' | 'none';

export interface Series {
  /** The field of `data`. */
  name: string;
  label: string;
  /** The period before, of the same stretch. */
  before?: boolean;
}

export interface Point {
  /** Of a time: ms; else what it is of. */
  at: number | string;
  [series: string]: number | string | null;
}

export interface Course {
  series: Series[];
  data: Point[];
  /** Things there would be lines for, were there room. */
  left: number;
}

export function keysOf(report: Pick<Report, 'columns'>): ReportColumn[] {
  return report.columns.filter((column) => column.key);
}

export function measuresOf(report: Pick<Report, 'columns'>): ReportColumn[] {
  return report.columns.filter((column) => !column.key);
}

/** How it is drawn best: by what its rows are of. */
export function drawingOf(report: Report, measures: ReportColumn[]): Drawing {
  const keys = keysOf(report);
  if (report.rows.length === 0 || measures.length === 0) return 'none';
  if (isHeat(report)) return 'heat';
  if (keys.some((key) => key.unit === 'time')) {
    const counts = measures.every((measure) => measure.unit === 'count');
    if (counts && measures.length > 1 && keys.length === 1) return 'stacked';
    return counts && keys.length === 1 ? 'bar' : 'line';
  }
  if (report.chart === 'histogram') return 'histogram';
  if (report.chart === 'flow' && keys.length === 2) return 'flow';
  return keys.length > 0 ? 'categories' : 'none';
}

/** Hours of the week: keys of both, or hours of the week in one. */
export function isHeat(report: Report): boolean {
  const units = keysOf(report).map((key) => key.unit);
  return units.includes('weekday') && units.includes('hour');
}

/** A course in time: measures side by side, or one measure of several things. */
export function courseOf(
  report: Report,
  measures: ReportColumn[],
  nameOf: (cell: Cell | undefined, key: ReportColumn) => string,
  now: number,
): Course {
  const time = keysOf(report).find((key) => key.unit === 'time');
  const others = keysOf(report).filter((key) => key !== time);
  const slots = slotsOf(report.from, report.to, report.interval, report.timezone);
  if (!time) return { series: [], data: [], left: 0 };
  const table = new Map<number, Point>(slots.map((at) => [at, { at }]));
  const put = (at: number, series: string, value: number | null) => {
    const point = table.get(at) ?? { at };
    point[series] = value;
    table.set(at, point);
  };
  const series: Series[] = [];
  let left = 0;
  const measure = measures[0];
  if (others.length > 0 && measure) {
    const sums = new Map<string, { label: string; sum: number }>();
    for (const row of report.rows) {
      const id = rowId(
        row,
        others.map((key) => ({ ...key })),
      );
      const known = sums.get(id) ?? { label: others.map((key) => nameOf(row[key.name], key)).join(' · '), sum: 0 };
      known.sum += Math.abs(numeric(row[measure.name]) ?? 0);
      sums.set(id, known);
    }
    const chosen = [...sums].sort(([, a], [, b]) => b.sum - a.sum).slice(0, DRAWN);
    left = sums.size - chosen.length;
    chosen.forEach(([, { label }], i) => series.push({ name: `s${i}`, label }));
    for (const row of report.rows) {
      const i = chosen.findIndex(([id]) => id === rowId(row, others));
      if (i >= 0) put(Date.parse(plain(row[time.name])), `s${i}`, numeric(row[measure.name]));
    }
  } else {
    measures.slice(0, DRAWN).forEach((one, i) => {
      series.push({ name: `s${i}`, label: one.label });
      for (const row of report.rows) put(Date.parse(plain(row[time.name])), `s${i}`, numeric(row[one.name]));
    });
    if (measures.length === 1 && measure && report.previous) {
      const before = previousBySlot(report, measure, time);
      if (before.some((value) => value !== null)) {
        series.push({ name: 'before', label: '', before: true });
        [...table.keys()].sort((a, b) => a - b).forEach((at, i) => put(at, 'before', before[i] ?? null));
      }
    }
  }
  // Nothing in a stretch of time is none of what is counted; of what is to come nobody knows.
  const counted = measures.every((one) => one.unit === 'count');
  const data = [...table.values()].sort((a, b) => Number(a.at) - Number(b.at));
  for (const point of data)
    for (const one of series)
      if (point[one.name] === undefined) point[one.name] = counted && (one.before || Number(point.at) <= now) ? 0 : null;
  return { series, data, left };
}

function previousBySlot(report: Report, measure: ReportColumn, time: ReportColumn): (number | null)[] {
  const { previous } = report;
  if (!previous) return [];
  const slots = slotsOf(previous.from, previous.to, report.interval, report.timezone);
  const known = new Map(previous.rows.map((row) => [Date.parse(plain(row[time.name])), numeric(row[measure.name])]));
  return slots.map((at) => known.get(at) ?? (measure.unit === 'count' ? 0 : null));
}

/** Things beside each other, the largest first. */
export function categoriesOf(
  report: Report,
  measures: ReportColumn[],
  nameOf: (cell: Cell | undefined, key: ReportColumn) => string,
  room: number,
): Course {
  const keys = keysOf(report);
  const first = measures[0];
  if (!first) return { series: [], data: [], left: 0 };
  const stacked = measures.slice(0, DRAWN);
  const total = (row: Report['rows'][number]) => numeric(row[first.name]) ?? -Infinity;
  const known = report.rows.filter((row) => numeric(row[first.name]) !== null).sort((a, b) => total(b) - total(a));
  const before = new Map((report.previous?.rows ?? []).map((row) => [rowId(row, keys), numeric(row[first.name])]));
  const compared = stacked.length === 1 && report.previous !== null;
  return {
    series: [
      ...stacked.map((measure, i) => ({ name: `s${i}`, label: measure.label })),
      ...(compared ? [{ name: 'before', label: '', before: true }] : []),
    ],
    data: known.slice(0, room).map((row) => ({
      at: keys.map((key) => nameOf(row[key.name], key)).join(' · '),
      ...Object.fromEntries(stacked.map((measure, i) => [`s${i}`, numeric(row[measure.name])])),
      ...(compared && { before: before.get(rowId(row, keys)) ?? null }),
    })),
    left: Math.max(0, known.length - room),
  };
}

/** From whom to whom, for a flow: left the first key, right the second. */
export function flowOf(report: Report, measure: ReportColumn, nameOf: (cell: Cell | undefined, key: ReportColumn) => string, room: number) {
  const [from, to] = keysOf(report);
  const nodes: { name: string; right: boolean }[] = [];
  const links: { source: number; target: number; value: number }[] = [];
  const index = (name: string, right: boolean) => {
    const found = nodes.findIndex((node) => node.name === name && node.right === right);
    return found >= 0 ? found : nodes.push({ name, right }) - 1;
  };
  if (!from || !to) return { nodes, links, left: 0 };
  const rows = report.rows
    .map((row) => ({ row, value: numeric(row[measure.name]) ?? 0 }))
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value);
  for (const { row, value } of rows.slice(0, room))
    links.push({ source: index(nameOf(row[from.name], from), false), target: index(nameOf(row[to.name], to), true), value });
  return { nodes, links, left: Math.max(0, rows.length - room) };
}

/** The measure to draw: the one asked for if the report has it, else the first. */
export function drawnOf(report: Report, wanted: string | undefined): string | undefined {
  const measures = measuresOf(report);
  return (measures.find((measure) => measure.name === wanted) ?? measures[0])?.name;
}

/** In time as it went; of things the largest first. */
export function usualSort(report: Report): string {
  const keys = keysOf(report);
  const inOrder = report.chart === 'histogram' || keys.some((key) => ['time', 'weekday', 'hour'].includes(key.unit));
  const first = measuresOf(report)[0];
  return inOrder || keys.length === 0 || !first ? '' : `-${first.name}`;
}
