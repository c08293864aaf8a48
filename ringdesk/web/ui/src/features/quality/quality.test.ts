import { describe, expect, it } from 'vitest';
import type { Answer } from './api/scores';
import { levelOf } from './kappa';
import { noteOf } from './notes';
import { parseReviewSearch, parseScoreSearch, toReviewFilter } from './search';
import { bySection } from './sections';
import { strokes } from './strokes';

describe('a score', () => {
  const answer = (section: string, points: number, max_points: number) => ({ section, points, max_points }) as Answer;

  it('is told section by section', () => {
    const parts = bySection([answer('A', 1, 2), answer('A', 0, 0), answer('B', 5, 5)]);
    expect(parts.map(({ title, points, most, answers }) => [title, points, most, answers.length])).toEqual([
      ['A', 1, 2, 2],
      ['B', 5, 5, 1],
    ]);
  });

  it('tells what the machine noted from what was said', () => {
    expect(noteOf('not said here')).toBe('notSaid');
    expect(noteOf('good morning')).toBeNull();
    expect(noteOf('constructor')).toBeNull();
  });
});

describe('a small line', () => {
  it('has a gap where nothing is known', () => {
    const { lines, dots } = strokes([0, 100, null, 50, null], 108, 28, [0, 100]);
    expect(lines).toEqual(['4,24 29,4']);
    expect(dots).toEqual([
      [4, 24],
      [29, 4],
      [79, 14],
    ]);
  });

  it('lies in the middle where nothing moves, and is none without values', () => {
    expect(strokes([7, 7], 108, 28).lines).toEqual(['4,14 104,14']);
    expect(strokes([null, null], 108, 28)).toEqual({ lines: [], dots: [] });
    expect(strokes([3], 108, 28).dots).toEqual([[54, 14]]);
  });
});

it.each([
  [-0.3, 'none'],
  [0, 'none'],
  [0.2, 'slight'],
  [0.21, 'fair'],
  [0.6, 'moderate'],
  [0.8, 'substantial'],
  [1, 'almost_perfect'],
])('a kappa of %d is %s', (kappa, level) => expect(levelOf(kappa)).toBe(level));

describe('the address', () => {
  it('leaves out what makes no sense', () => {
    expect(parseReviewSearch({ state: 'lost', agent: 'x', sort: 'name' })).toEqual({});
    expect(parseScoreSearch({ agent: '7', below: 70, period: 'week', from: 'never' })).toEqual({ agent: 7, below: 70, period: 'week' });
  });

  it('begins with what is to do for a reviewer, with everything for an agent', () => {
    expect(toReviewFilter({}, true)).toEqual({ state: 'open' });
    expect(toReviewFilter({ state: 'all', agent: 3 }, true)).toEqual({ agent_id: 3 });
    expect(toReviewFilter({ agent: 3 }, false)).toEqual({ mine: true });
  });
});
