import { describe, expect, it } from 'vitest';
import type { CatalogueItem } from '../api/catalogue';
import { adapted, drawable, fresh, queryOf, toSearch, withChart, withInterval, withSearch } from './definition';

const named = (name: string) => ({ name, label: name, unit: 'count', help: '', source: '', better: null, behind: false });
const queues = {
  name: 'queues',
  title: 'Queues',
  help: '',
  dimensions: [named('queue')],
  measures: ['offered', 'answered', 'abandoned', 'asa_s', 'aht_s'].map(named),
  standard: ['offered', 'answered', 'abandoned', 'asa_s', 'aht_s'],
  intervals: ['total', 'hour', 'day', 'weekday_hour'],
  fine_days: null,
  filters: ['queue', 'tag'],
  chart: 'bar',
} as CatalogueItem;
const agents = {
  ...queues,
  name: 'agents',
  measures: [named('aht_s')],
  standard: ['aht_s'],
  dimensions: [named('agent')],
  intervals: ['total', 'day'],
  fine_days: null,
  filters: ['agent'],
} as CatalogueItem;
const NOW = Date.parse('2026-11-22T12:00:00Z');

describe('a definition', () => {
  it('begins with a few measures of its subject', () => {
    expect(fresh(queues)).toMatchObject({
      report: 'queues',
      measures: ['offered', 'answered', 'abandoned', 'asa_s'],
      interval: 'total',
      chart: 'bar',
    });
  });

  it('keeps of another subject what that one knows', () => {
    const before = { ...fresh(queues), measures: ['offered', 'aht_s'], dimensions: ['queue'], interval: 'hour' as const, queue: ['sales'] };
    expect(adapted(before, agents)).toMatchObject({ measures: ['aht_s'], dimensions: [], interval: 'total', queue: [] });
  });

  it('takes the interval that a chart needs, and the other way round', () => {
    expect(withChart(fresh(queues), 'line', queues)).toMatchObject({ chart: 'line', interval: 'day' });
    expect(withChart(fresh(queues), 'heat', queues)).toMatchObject({ chart: 'heat', interval: 'weekday_hour' });
    expect(withChart(fresh(agents), 'heat', agents).chart).toBe('bar');
    expect(withInterval({ ...fresh(queues), chart: 'line' }, 'total').chart).toBe('bar');
    expect(withInterval(fresh(queues), 'weekday_hour').chart).toBe('heat');
    expect(drawable('stacked', 'weekday_hour')).toBe(false);
  });

  it('is what the filter bar shows, there and back', () => {
    const own = withSearch(fresh(queues), {
      period: undefined,
      from: '2026-11-01',
      to: '2026-11-07',
      queue: ['sales'],
      compare: undefined,
    });
    expect(own).toMatchObject({ period: 'fixed', from_: '2026-11-01', to: '2026-11-08', queue: ['sales'], compare: true });
    expect(toSearch(own)).toMatchObject({ from: '2026-11-01', to: '2026-11-07', queue: ['sales'] });
    expect(withSearch(own, { from: undefined, to: undefined, period: 'last_week' })).toMatchObject({
      period: 'last_week',
      from_: null,
      to: null,
    });
  });

  it('asks for whole days of the company', () => {
    expect(queryOf({ ...fresh(queues), period: 'yesterday' }, 'UTC', NOW)).toEqual({
      from: '2026-11-21',
      to: '2026-11-22',
      interval: 'total',
      measures: ['offered', 'answered', 'abandoned', 'asa_s'],
    });
  });
});
