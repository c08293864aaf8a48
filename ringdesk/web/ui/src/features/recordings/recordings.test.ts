import { describe, expect, it } from 'vitest';
import type { Mark } from './api/recording';
import type { Utterance } from './api/transcript';
import { rangeAt, silences } from './player/silence';
import { percent, spots, ticks } from './player/timeline';
import { parseMoment, parseRecordingSearch, toRecordingFilter } from './search';
import { findWords, isMasked, reaches, utteranceAt, wordsAt } from './transcript/words';

describe('silence', () => {
  const talk = (seconds: number) => Array.from({ length: seconds * 10 }, () => 120);
  const noise = (seconds: number) => Array.from({ length: seconds * 10 }, () => 5);

  it('is where both are quiet for longer than two seconds', () => {
    const agent = [...talk(5), ...noise(10)];
    const customer = [...noise(8), ...talk(2), ...noise(5)];
    const found = silences({ per_second: 10, channels: [agent, customer] });
    expect(found).toHaveLength(2);
    expect(found[0]?.start).toBeCloseTo(5.4);
    expect(found[0]?.end).toBeCloseTo(7.7);
    expect(found[1]?.start).toBeCloseTo(10.4);
    expect(found[1]?.end).toBeCloseTo(15); // to the very end
  });

  it('begins with the recording where it does', () => {
    expect(silences({ per_second: 10, channels: [[...noise(4), ...talk(4)]] })).toEqual([{ start: 0, end: 3.7 }]);
  });

  it('is no short pause, and nothing without peaks', () => {
    expect(silences({ per_second: 10, channels: [[...talk(3), ...noise(2), ...talk(3)]] })).toEqual([]);
    expect(silences({ per_second: 10, channels: [] })).toEqual([]);
    expect(silences({ per_second: 10, channels: [[]] })).toEqual([]);
  });

  it('is found again by time', () => {
    const ranges = [
      { start: 1, end: 4 },
      { start: 6, end: 9 },
    ];
    expect([0, 1, 3.9, 4, 5, 6, 9, 99].map((time) => rangeAt(ranges, time)?.start)).toEqual([
      undefined,
      1,
      1,
      undefined,
      undefined,
      6,
      undefined,
      undefined,
    ]);
    expect(rangeAt([], 3)).toBeUndefined();
  });
});

describe('the timeline', () => {
  const mark = (start: number): Mark => ({ id: null, kind: 'comment', start, end: null, text: null, by: null });

  it('makes one spot of marks that would cover each other', () => {
    const found = spots([mark(30), mark(0), mark(1), mark(31), mark(60)], 60, 600, 20);
    expect(found.map((spot) => [spot.at, spot.marks.length])).toEqual([
      [0, 2],
      [30, 2],
      [60, 1],
    ]);
  });

  it('does not chain marks to one endless spot', () => {
    const found = spots([0, 1, 2, 3, 4, 5].map(mark), 60, 600, 20);
    expect(found.map((spot) => spot.at)).toEqual([0, 2, 4]);
  });

  it('has round ticks that do not touch', () => {
    expect(ticks(60, 600, 60)).toEqual([0, 10, 20, 30, 40, 50, 60]);
    expect(ticks(7200, 300, 60)).toEqual([0, 1800, 3600, 5400, 7200]);
    expect(ticks(0, 300, 60)).toEqual([]);
    expect(ticks(30, 0, 60)).toEqual([]);
  });

  it('stays inside', () => {
    expect([-1, 5, 11].map((seconds) => percent(seconds, 10))).toEqual([0, 50, 100]);
    expect(percent(3, 0)).toBe(0);
  });
});

describe('the transcript', () => {
  const said = (speaker: Utterance['speaker'], ...words: [string, number, number][]): Utterance => ({
    speaker,
    start: words[0]?.[1] ?? 0,
    end: words.at(-1)?.[2] ?? 0,
    text: words.map(([word]) => word).join(' '),
    words: words.map(([word, start, end]) => ({ word, start, end, confidence: 1 })),
  });
  const utterances = [
    said('agent', ['good', 1, 1.4], ['morning', 1.5, 2], ['how', 4, 4.2]),
    said('customer', ['hello', 1.6, 2.2]),
    said('customer', ['good', 6, 6.3], ['Crème', 6.3, 7]),
  ];
  const at = (time: number) => wordsAt(utterances, reaches(utterances), time).map(({ utterance, word }) => `${utterance}.${word}`);

  it('knows the word that is being said', () => {
    expect(at(0.5)).toEqual([]);
    expect(at(1)).toEqual(['0.0']);
    expect(at(1.45)).toEqual(['0.0']); // until the next begins
    expect(at(3)).toEqual(['0.1']);
    expect(at(5)).toEqual([]);
    expect(at(6.5)).toEqual(['2.1']);
    expect(at(7)).toEqual([]);
  });

  it('knows both where two speak at once', () => expect(at(1.7)).toEqual(['0.1', '1.0']));

  it('knows the utterance to step from', () => expect([0, 1, 5, 9].map((t) => utteranceAt(utterances, t))).toEqual([-1, 0, 1, 2]));

  it('finds words and phrases, and what is typed so far', () => {
    expect(findWords(utterances, 'Good')).toHaveLength(2);
    expect(findWords(utterances, 'good cre')).toEqual([{ utterance: 2, word: 0, count: 2 }]);
    expect(findWords(utterances, 'morning hello')).toEqual([]);
    expect(findWords(utterances, '  ')).toEqual([]);
  });

  it('knows what is masked', () => expect(['•••', '***', 'card'].map(isMasked)).toEqual([true, true, false]));
});

describe('the filters in the address', () => {
  it('leave out what makes no sense', () => {
    const broken = { state: 'lost', agent: 'x', below: 0, sort: 'name', period: 'ever', from: '2026-13-40', queue: {} };
    expect(parseRecordingSearch(broken)).toEqual({});
    expect(parseMoment({ t: 'soon' })).toEqual({});
    expect(parseMoment({ t: -1 })).toEqual({});
  });

  it('come back as they were', () => {
    const search = { state: 'unmatched', agent: 3, below: 62.5, sort: '-duration_s', from: '2026-11-01', to: '2026-11-02', number: '44' };
    expect(parseRecordingSearch(search)).toEqual(search);
    expect(parseMoment({ t: '12.3' })).toEqual({ t: 12.3 });
  });

  it('become the request of whole days', () => {
    const midnight = (day: number) => new Date(2026, 10, day).toISOString();
    expect(toRecordingFilter({ period: 'yesterday', agent: 3, below: 50 }, new Date(2026, 10, 21, 15))).toEqual({
      since: midnight(20),
      until: midnight(21),
      agent_id: 3,
      scored_below: 50,
    });
  });
});
