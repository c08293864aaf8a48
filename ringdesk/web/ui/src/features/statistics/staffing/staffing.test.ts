import { describe, expect, it } from 'vitest';
import type { StaffingRow } from './api/staffing';
import { better, busiest, dayRows, hours, peaks } from './needs';
import { calculation, needsQuery, parseStaffingSearch, pastWeeks } from './search';

const row = (weekday: number, time: string, calls: number, agents: number) =>
  ({ weekday, time, calls, agents, paid: agents + 1 }) as StaffingRow;
const rows = [
  row(0, '09:00', 0, 0),
  row(0, '09:30', 4, 3),
  row(0, '10:00', 0, 0),
  row(0, '10:30', 6, 5),
  row(0, '11:00', 0, 0),
  row(2, '09:00', 20, 4),
];
const NOW = Date.parse('2026-11-22T12:00:00Z'); // a Sunday

describe('a week', () => {
  it('has the peak of each day and a busiest one', () => {
    expect(peaks(rows)).toEqual([5, 0, 4, 0, 0, 0, 0]);
    expect(busiest(rows)).toBe(2);
  });

  it('shows a day from its first call to its last', () => {
    expect(dayRows(rows, 0).map(({ time }) => time)).toEqual(['09:30', '10:00', '10:30']);
    expect(dayRows(rows, 6)).toEqual([]);
  });

  it('sums hours by the length of its intervals', () => {
    expect(hours({ rows, interval: '30m' } as never)).toMatchObject({ agents: 6, calls: 30 });
  });
});

describe('the question', () => {
  it('is of whole weeks', () => {
    expect(pastWeeks(4, 'UTC', '2020-01-01', NOW)).toEqual({ from: '2026-10-19', to: '2026-11-16' });
  });

  it('begins no earlier than the first whole week there is', () => {
    expect(pastWeeks(8, 'UTC', '2026-10-28', NOW)).toEqual({ from: '2026-11-02', to: '2026-11-16' });
  });

  it('takes what there is where no week is over', () => {
    expect(pastWeeks(8, 'UTC', '2026-11-18', NOW)).toEqual({ from: '2026-11-18', to: '2026-11-23' });
  });

  it('gives shares as the server wants them, and patience only to the model that knows it', () => {
    const search = parseStaffingSearch({ queue: 'support', target: '85', patience: '90', shrinkage: 25 });
    expect(needsQuery(search, 'UTC', null, NOW)).toMatchObject({ target: 0.85, shrinkage: 0.25, max_occupancy: 0.9 });
    expect(needsQuery(search, 'UTC', null, NOW)).not.toHaveProperty('patience_s');
    expect(needsQuery({ ...search, model: 'erlang_a' }, 'UTC', null, NOW)).toMatchObject({ patience_s: 90 });
    expect(needsQuery({}, 'UTC', null, NOW)).toBeUndefined();
  });

  it('leaves out what makes no sense', () => {
    expect(parseStaffingSearch({ view: 'x', target: 200, aht: '', day: 9, weeks: 5 })).toEqual({});
    expect(calculation({ model: 'erlang_a', agents: 12 })).toMatchObject({ patience_s: 120, agents: 12, target: 0.8 });
  });
});

it('tells how much better than naive a forecast is', () => {
  expect(better(0.12, 0.2)).toBeCloseTo(0.4);
  expect(better(0.1, null)).toBeNull();
});
