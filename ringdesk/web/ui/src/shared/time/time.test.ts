import { afterEach, describe, expect, it, vi } from 'vitest';
import { pbxNow, secondsSince, secondsUntil, setPbxTime } from './clock';
import { clock, formats } from './format';

afterEach(() => void vi.useRealTimers());

describe('the clock', () => {
  it('counts by the PBX’s time, whatever the browser’s is', () => {
    vi.useFakeTimers({ now: Date.parse('2026-11-21T12:00:00Z') });
    setPbxTime('2026-11-21T12:05:00Z');
    vi.advanceTimersByTime(7_000);
    expect(secondsSince('2026-11-21T12:05:00Z', pbxNow())).toBe(7);
    setPbxTime('2026-11-21T11:59:00Z');
    expect(new Date(pbxNow()).toISOString()).toBe('2026-11-21T11:59:00.000Z');
  });

  it('never shows less than nothing', () => {
    const now = Date.parse('2026-11-21T12:00:00Z');
    expect(secondsSince('2026-11-21T12:00:05Z', now)).toBe(0);
    expect(secondsUntil('2026-11-21T11:59:00Z', now)).toBe(0);
    expect(secondsUntil('2026-11-21T12:00:00.2Z', now)).toBe(1);
  });

  it.each([
    [0, '0:00'],
    [7.9, '0:07'],
    [760, '12:40'],
    [3753, '1:02:33'],
    [-3, '0:00'],
  ])('shows %d seconds as %s', (seconds, shown) => expect(clock(seconds)).toBe(shown));
});

describe('formats', () => {
  const english = formats('en-GB');
  const german = formats('de');
  const now = new Date(2026, 10, 21, 18);

  it('name the day as people do', () => {
    expect(english.day(new Date(2026, 10, 21, 3).toISOString(), now)).toBe('Today');
    expect(english.day(new Date(2026, 10, 20, 23).toISOString(), now)).toBe('Yesterday');
    expect(german.day(new Date(2026, 10, 20, 23).toISOString(), now)).toBe('Gestern');
    expect(english.day(new Date(2026, 10, 16).toISOString(), now)).toBe('Mon 16 Nov');
    expect(english.day(new Date(2025, 10, 16).toISOString(), now)).toBe('16 Nov 2025');
  });

  it('are right across the change of the clocks', () => {
    const sunday = new Date(2026, 9, 25, 23, 30); // 25 hours long in much of Europe
    expect(english.day(new Date(2026, 9, 24, 0, 30).toISOString(), sunday)).toBe('Yesterday');
  });

  it('write durations in two units', () => {
    expect([42, 60, 200, 3900].map(english.duration)).toEqual(['42s', '1m', '3m\u00a020s', '1h\u00a05m']);
  });

  it('name countries and languages, and take what is no code as it is', () => {
    expect([english.country('UA'), english.language('uk'), german.country('UA')]).toEqual(['Ukraine', 'Ukrainian', 'Ukraine']);
    expect([english.country('?'), english.language('???')]).toEqual(['?', '???']);
  });
});
