import { QueryClient } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import type { Report } from './api/report';
import { behindOf, parseBehindSearch } from './behind';
import { categoriesOf, courseOf, drawingOf, flowOf, measuresOf } from './charts/series';
import { midnight, slotsOf } from './charts/slots';
import { makeToday, type Pushed } from './live';
import { dayIn, daysOf, lengthOf, parseStatPeriod, plusDays, PRESETS } from './period';
import { fitting, fixed, INTERVALS, parseStatSearch, shared, toQuery, usualCourse } from './search';
import { values } from './values';

const column = (name: string, unit: string, key = false) => ({
  name,
  label: name,
  unit,
  key,
  help: '',
  source: '',
  better: null,
  behind: unit === 'count',
});

const report = (made: Partial<Report>): Report => ({
  report: 'queues',
  title: 'Queues',
  columns: [column('queue', 'queue', true), column('offered', 'count'), column('asa_s', 'seconds')],
  interval: 'total',
  from: '2026-11-14T22:00:00Z',
  to: '2026-11-21T22:00:00Z',
  timezone: 'Europe/Kyiv',
  rows: [
    { queue: 'sales', offered: 4, asa_s: 5.5 },
    { queue: 'support', offered: 9, asa_s: null },
  ],
  totals: { offered: 13, asa_s: 5.5 },
  previous: null,
  notes: [],
  recalculating: null,
  chart: 'bar',
  ...made,
});

const words = { none: 'None', nobody: 'Nobody', word: () => undefined };
const name = (cell: unknown) => String(cell);

describe('periods', () => {
  it('are days of the company, whatever the browser’s are', () => {
    const late = Date.parse('2026-11-21T23:30:00Z');
    expect([dayIn('Europe/Kyiv', late), dayIn('UTC', late), dayIn('America/New_York', late)]).toEqual([
      '2026-11-22',
      '2026-11-21',
      '2026-11-21',
    ]);
  });

  it('are what they are called', () => {
    const sunday = '2026-11-22';
    expect(daysOf('this_week', '2026-11-18')).toEqual({ from: '2026-11-16', to: sunday });
    expect(daysOf('this_month', '2026-12-05')).toEqual({ from: '2026-12-01', to: '2026-12-31' });
    expect(daysOf('this_year', sunday)).toEqual({ from: '2026-01-01', to: '2026-12-31' });
    expect(daysOf('last_week', sunday)).toEqual({ from: '2026-11-09', to: '2026-11-15' });
    expect(daysOf('last_month', '2026-03-31')).toEqual({ from: '2026-02-01', to: '2026-02-28' });
    expect(daysOf('last_month', '2026-01-05')).toEqual({ from: '2025-12-01', to: '2025-12-31' });
    expect(lengthOf(daysOf('last_28_days', sunday))).toBe(28);
    for (const preset of PRESETS) expect(daysOf(preset, sunday).from <= daysOf(preset, sunday).to).toBe(true);
  });

  it('turn round where they are backwards, and leave out what is no day', () => {
    expect(parseStatPeriod({ from: '2026-11-20', to: '2026-11-01' })).toEqual({ from: '2026-11-01', to: '2026-11-20' });
    expect(parseStatPeriod({ from: '2026-13-45', period: 'yesterday' })).toEqual({ period: 'yesterday' });
  });
});

describe('an address', () => {
  it('holds a view whole, and drops what makes no sense', () => {
    const search = {
      period: 'last_week',
      interval: 'hour',
      queue: ['sales', 'support'],
      agent: [3],
      number: ['442079460101'],
      compare: false,
      timezone: 'Europe/Kyiv',
      sort: '-offered',
    };
    expect(parseStatSearch(search)).toEqual(search);
    expect(parseStatSearch({ queue: 7, agent: 'x', interval: 'year', timezone: 'Mars/Olympus', number: [442] })).toEqual({
      queue: ['7'],
      number: ['442'],
    });
  });

  it('asks for [from, to) and only what the report knows', () => {
    const now = Date.parse('2026-11-22T10:00:00Z');
    expect(toQuery({ period: 'yesterday', queue: ['sales'], tag: 'vip' }, 'Europe/Kyiv', now, ['queue'], 'hour')).toEqual({
      from: '2026-11-21',
      to: '2026-11-22',
      interval: 'hour',
      queue: ['sales'],
      compare: true,
    });
  });

  it('can be fixed to its days, and goes along without what only one report knows', () => {
    const search = parseStatSearch({ period: 'today', queue: 'sales', sort: 'queue', show: 'asa_s' });
    expect(fixed(search, { from: '2026-11-22', to: '2026-11-22' })).toMatchObject({ from: '2026-11-22', queue: ['sales'], sort: 'queue' });
    expect(fixed(search, { from: '2026-11-22', to: '2026-11-22' }).period).toBeUndefined();
    expect(shared(search)).toEqual({ period: 'today', queue: ['sales'] });
  });

  it('offers intervals that make sense of so many days', () => {
    const days = (count: number) => ({ from: '2026-01-01', to: plusDays('2026-01-01', count - 1) });
    const any = { intervals: INTERVALS, fine_days: null };
    expect(fitting(any, days(1))).toEqual(['total', '15m', '30m', 'hour']);
    expect(fitting(any, days(365))).toEqual(['total', 'day', 'week', 'month', 'weekday_hour']);
    expect(fitting({ intervals: INTERVALS, fine_days: 2 }, days(7))).toEqual(['total', 'day', 'weekday_hour']);
    expect([1, 7, 90, 800].map((count) => usualCourse(INTERVALS, days(count)))).toEqual(['hour', 'day', 'week', 'month']);
  });
});

describe('slots of time', () => {
  it('are days of 23 and 25 hours where clocks change', () => {
    const days = slotsOf('2026-10-23T21:00:00Z', '2026-10-26T22:00:00Z', 'day', 'Europe/Kyiv');
    expect(days.map((at, i) => (i ? (at - (days[i - 1] ?? 0)) / 3_600_000 : 0))).toEqual([0, 24, 25]);
    expect(new Date(midnight('2026-03-30', 'Europe/Kyiv')).toISOString()).toBe('2026-03-29T21:00:00.000Z');
  });

  it('begin weeks with Monday and months with the first', () => {
    const from = '2026-11-17T22:00:00Z';
    const to = '2026-12-02T22:00:00Z';
    expect(slotsOf(from, to, 'week', 'Europe/Kyiv').map((at) => dayIn('Europe/Kyiv', at))).toEqual([
      '2026-11-16',
      '2026-11-23',
      '2026-11-30',
    ]);
    expect(slotsOf(from, to, 'month', 'Europe/Kyiv').map((at) => dayIn('Europe/Kyiv', at))).toEqual(['2026-11-01', '2026-12-01']);
    expect(slotsOf('2026-11-17T22:00:00Z', '2026-11-18T00:00:00Z', '30m', 'Europe/Kyiv')).toHaveLength(4);
  });
});

describe('a drawing', () => {
  const timed = report({
    interval: 'day',
    columns: [column('time', 'time', true), column('offered', 'count'), column('abandoned', 'count')],
    rows: [
      { time: '2026-11-14T22:00:00Z', offered: 4, abandoned: 1 },
      { time: '2026-11-16T22:00:00Z', offered: 6, abandoned: 0 },
    ],
    previous: {
      from: '2026-11-07T22:00:00Z',
      to: '2026-11-14T22:00:00Z',
      rows: [{ time: '2026-11-07T22:00:00Z', offered: 2 }],
      totals: {},
    },
  });

  it('is the one that its rows ask for', () => {
    expect(drawingOf(report({}), measuresOf(report({})))).toBe('categories');
    expect(drawingOf(timed, measuresOf(timed))).toBe('stacked');
    expect(drawingOf(report({ rows: [] }), measuresOf(report({})))).toBe('none');
    expect(drawingOf(report({ chart: 'histogram' }), measuresOf(report({})))).toBe('histogram');
  });

  it('shows none where nothing happened, and nothing of what is to come', () => {
    const now = Date.parse('2026-11-18T12:00:00Z');
    const { data, series } = courseOf(timed, measuresOf(timed).slice(0, 1), name, now);
    expect(series.map((one) => one.before ?? false)).toEqual([false, true]);
    expect(data.map((point) => point.s0)).toEqual([4, 0, 6, 0, null, null, null]);
    expect(data.map((point) => point.before)).toEqual([2, 0, 0, 0, 0, 0, 0]);
  });

  it('puts the largest first and says how many are left', () => {
    const { data, left } = categoriesOf(report({}), measuresOf(report({})).slice(0, 1), name, 1);
    expect([data.map((point) => point.at), left]).toEqual([['support'], 1]);
  });

  it('keeps who passes on and who is passed to apart, be they the same', () => {
    const flow = flowOf(
      report({
        columns: [column('agent', 'agent', true), column('to', 'text', true), column('transfers', 'count')],
        rows: [
          { agent: 'Anna', to: 'Ben', transfers: 2 },
          { agent: 'Ben', to: 'Anna', transfers: 1 },
        ],
      }),
      column('transfers', 'count'),
      name,
      9,
    );
    expect(flow.nodes).toHaveLength(4);
    expect(flow.links.map((link) => link.value)).toEqual([2, 1]);
  });
});

describe('the way down', () => {
  const request = { from: '2026-11-15', to: '2026-11-22', interval: 'day' as const, compare: true, queue: ['sales'] };

  it('narrows the request to the row', () => {
    const timed = report({
      interval: 'day',
      columns: [column('time', 'time', true), column('agent', 'agent', true), column('offered', 'count')],
      rows: [{ time: '2026-11-16T22:00:00Z', agent: { id: 7, name: 'Anna' }, offered: 2 }],
    });
    const found = behindOf(timed, request, timed.rows[0] ?? null, column('offered', 'count'));
    expect(found).toEqual({
      from: '2026-11-16T22:00:00Z',
      to: '2026-11-17T22:00:00Z',
      queue: ['sales'],
      key: ['agent:7'],
      measure: 'offered',
    });
    expect(parseBehindSearch({ ...found })).toEqual(found);
  });

  it('leads nowhere from what is no count, or none', () => {
    expect(behindOf(report({}), request, null, column('asa_s', 'seconds'))).toBeNull();
    expect(behindOf(report({ totals: { offered: 0 } }), request, null, column('offered', 'count'))).toBeNull();
  });
});

describe('values', () => {
  const english = values('en-GB', 'Europe/Kyiv', words);

  it('are written by unit and language', () => {
    expect([english.number(1234, 'count'), english.number(0.812, 'share'), english.number(12.34, 'seconds')]).toEqual([
      '1,234',
      '81.2%',
      '12.3s',
    ]);
    expect(values('de', 'UTC', words).number(1234.5, 'number')).toBe('1.234,5');
  });

  it('name a period by its days, and by its time where it ends within one', () => {
    expect(english.period('2026-11-15T22:00:00Z', '2026-11-22T22:00:00Z')).toMatch(/^16\W+22 Nov 2026$/);
    expect(english.period('2026-11-15T22:00:00Z', '2026-11-18T10:15:00Z')).toMatch(/16 Nov 2026, 00:00.*18 Nov 2026, 12:15/);
  });

  it('differ in points where they are shares, in per cent of what they were elsewhere', () => {
    expect([english.difference(0.9, 0.85, 'share'), english.difference(12, 10, 'count'), english.difference(3, 0, 'count')]).toEqual([
      '+5',
      '+20%',
      null,
    ]);
  });

  it('name times in the report’s zone, and who has left', () => {
    expect(english.key('2026-11-21T22:00:00Z', { unit: 'time' }, 'day')).toBe('Sun 22 Nov');
    expect(english.key({ id: 3, name: null }, { unit: 'agent' }, 'total')).toBe('Nobody');
    expect(english.key('', { unit: 'queue' }, 'total')).toBe('None');
    expect(english.key(0, { unit: 'weekday' }, 'weekday_hour')).toBe('Mon');
  });
});

describe('today', () => {
  const push = (version: number, offered: number) =>
    ({ v: 1, version, at: '2026-11-22T10:00:00Z', day: '2026-11-22', totals: { offered }, queues: [] }) as Pushed;

  it('shows what was pushed, at once, and no old news', () => {
    const queries = new QueryClient();
    const today = ['statistics', 'today', '2026-11-22'];
    const same = ['statistics', 'report', 'overview', { from: '2026-11-22', to: '2026-11-23', interval: 'hour' }];
    const other = ['statistics', 'report', 'overview', { from: '2026-11-22', to: '2026-11-23', interval: 'hour', queue: ['sales'] }];
    for (const key of [today, same, other]) queries.setQueryData(key, report({ rows: [] }));
    const apply = makeToday(queries);
    apply(push(2, 20));
    apply(push(1, 19));
    const offered = (key: unknown[]) => queries.getQueryData<Report>(key)?.totals.offered;
    expect([offered(today), offered(same), offered(other)]).toEqual([20, 20, 13]);
    expect(queries.getQueryData<Report>(today)?.totals.asa_s).toBe(5.5);
  });
});
