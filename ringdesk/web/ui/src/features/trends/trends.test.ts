import { describe, expect, it } from 'vitest';
import type { TrendRow } from './api/trends';
import { mostTelling, toggled } from './lines';
import { parseTrendSearch } from './search';

const row = (name: string, score: number) => ({ name, score }) as TrendRow;

describe('the lines of the chart', () => {
  it('are first those that changed most, up or down', () => {
    expect(mostTelling([row('a', 0.1), row('b', -3), row('c', 2)], 2)).toEqual(['b', 'c']);
  });

  it('are never more than can be told apart', () => {
    expect(toggled(['a', 'b'], 'c')).toEqual(['a', 'b', 'c']);
    expect(toggled(['a', 'b'], 'a')).toEqual(['b']);
    expect(toggled(['a', 'b', 'c', 'd', 'e'], 'f')).toEqual(['b', 'c', 'd', 'e', 'f']);
  });
});

it('takes of the address what makes sense', () => {
  expect(parseTrendSearch({ view: 'phrases', weeks: '13', queue: 'sales' })).toEqual({ view: 'phrases', weeks: 13, queue: 'sales' });
  expect(parseTrendSearch({ view: 'x', weeks: 3, queue: '' })).toEqual({});
});
