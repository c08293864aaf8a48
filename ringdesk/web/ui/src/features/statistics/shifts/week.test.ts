import { describe, expect, it } from 'vitest';
import type { Shift } from './api/shifts';
import { daysOfWeek, draftsOf, type Piece, planOf, shifted, withBreak, worked, wrongPieces } from './week';
import { mondayOf, momentIn, timeIn } from './zone';

const KYIV = 'Europe/Kyiv';
const work = (from: string, to: string): Piece => ({ from, to, activity: 'work' });

describe('the clock of another zone', () => {
  it('is told from a moment, and found again, on both sides of a clock change', () => {
    expect(timeIn(KYIV, '2026-11-21T22:30:00Z')).toBe('00:30');
    expect(momentIn(KYIV, '2026-10-24', '09:00')).toBe('2026-10-24T06:00:00.000Z');
    expect(momentIn(KYIV, '2026-10-26', '09:00')).toBe('2026-10-26T07:00:00.000Z');
  });

  it('has weeks from Monday', () => {
    expect([mondayOf('2026-11-22'), mondayOf('2026-11-23')]).toEqual(['2026-11-16', '2026-11-23']);
    expect(daysOfWeek('2026-11-23')).toHaveLength(7);
  });
});

describe('a plan', () => {
  const drafts = [
    ...draftsOf(7, '2026-11-23', [work('13:00', '17:00'), work('09:00', '12:00')], KYIV),
    ...draftsOf(7, '2026-11-24', [work('22:00', '06:00')], KYIV),
  ];
  const kept = drafts.map(({ agent_id, ...draft }, id) => ({ ...draft, id, agent: { id: agent_id, name: 'Anna' } })) as Shift[];

  it('is what it was after a way through the server, in order', () => {
    const days = planOf(kept, KYIV).get(7);
    expect(days?.get('2026-11-23')).toEqual([work('09:00', '12:00'), work('13:00', '17:00')]);
    expect(days?.get('2026-11-24')).toEqual([work('22:00', '06:00')]);
    expect(worked(days?.get('2026-11-24') ?? [])).toBe(8 * 60);
  });

  it('keeps its times of day in a week of another clock', () => {
    const before = [{ ...kept[0], starts_at: '2026-10-22T06:00:00Z', ends_at: '2026-10-22T14:00:00Z' }] as Shift[];
    expect(shifted(before, 7, KYIV)[0]).toMatchObject({ starts_at: '2026-10-29T07:00:00.000Z', ends_at: '2026-10-29T15:00:00.000Z' });
  });
});

describe('a day', () => {
  it('takes a break in the middle of its work', () => {
    expect(withBreak([work('09:00', '17:00')])).toEqual([
      work('09:00', '12:45'),
      { from: '12:45', to: '13:15', activity: 'break' },
      work('13:15', '17:00'),
    ]);
    expect(worked(withBreak([work('22:00', '06:00')]))).toBe(7.5 * 60);
  });

  it('finds pieces that overlap or have no length', () => {
    expect(wrongPieces([work('09:00', '12:00'), work('11:00', '13:00')])).toEqual([1]);
    expect(wrongPieces([work('09:00', '09:00')])).toEqual([0]);
    expect(wrongPieces([work('09:00', '12:00'), work('12:00', '13:00')])).toEqual([]);
  });
});
