import { dayIn, plusDays } from '../period';
import type { Activity, Shift, ShiftDraft } from './api/shifts';
import { momentIn, timeIn } from './zone';

export const ACTIVITIES: Activity[] = ['work', 'break', 'other'];

/** A part of a day, by the company's clock. One that ends no later than it begins ends the day after. */
export interface Piece {
  from: string;
  to: string;
  activity: Activity;
}

/** Monday to Sunday. */
export function daysOfWeek(monday: string): string[] {
  return Array.from({ length: 7 }, (_, i) => plusDays(monday, i));
}

/** What is planned, by agent and by the day it begins. */
export function planOf(shifts: Shift[], zone: string): Map<number, Map<string, Piece[]>> {
  const plan = new Map<number, Map<string, Piece[]>>();
  for (const { agent, starts_at, ends_at, activity } of shifts.toSorted((a, b) => Date.parse(a.starts_at) - Date.parse(b.starts_at))) {
    if (agent.id === null) continue;
    const days = plan.get(agent.id) ?? new Map<string, Piece[]>();
    const day = dayIn(zone, starts_at);
    days.set(day, [...(days.get(day) ?? []), { from: timeIn(zone, starts_at), to: timeIn(zone, ends_at), activity }]);
    plan.set(agent.id, days);
  }
  return plan;
}

/** Pieces of a day as the server keeps them. */
export function draftsOf(agent: number, day: string, pieces: Piece[], zone: string): ShiftDraft[] {
  return pieces.map(({ from, to, activity }) => ({
    agent_id: agent,
    starts_at: momentIn(zone, day, from),
    ends_at: momentIn(zone, to <= from ? plusDays(day, 1) : day, to),
    activity,
  }));
}

/** The same wall-clock times so many days later, whatever the clocks did between. */
export function shifted(shifts: Shift[], days: number, zone: string): ShiftDraft[] {
  return shifts.flatMap(({ agent, starts_at, ends_at, activity }) => {
    if (agent.id === null) return [];
    const later = (at: string) => momentIn(zone, plusDays(dayIn(zone, at), days), timeIn(zone, at));
    return [{ agent_id: agent.id, starts_at: later(starts_at), ends_at: later(ends_at), activity }];
  });
}

/** Minutes of a piece by the clock. */
export function minutesOf({ from, to }: Piece): number {
  const length = minutes(to) - minutes(from);
  return length > 0 ? length : length + 24 * 60;
}

/** Minutes at the phone. */
export function worked(pieces: Piece[]): number {
  return pieces.filter(({ activity }) => activity === 'work').reduce((sum, piece) => sum + minutesOf(piece), 0);
}

/** A break of half an hour in the middle of the longest stretch of work, which it parts. */
export function withBreak(pieces: Piece[], activity: Activity = 'break', length = 30): Piece[] {
  const work = pieces.filter((piece) => piece.activity === 'work').sort((a, b) => minutesOf(b) - minutesOf(a))[0];
  if (!work || minutesOf(work) <= length) {
    const from = pieces.at(-1)?.to ?? '12:00';
    return [...pieces, { from, to: clock(minutes(from) + length), activity }];
  }
  const begin = minutes(work.from) + Math.floor((minutesOf(work) - length) / 2 / 15) * 15;
  const parts: Piece[] = [
    { ...work, to: clock(begin) },
    { from: clock(begin), to: clock(begin + length), activity },
    { ...work, from: clock(begin + length) },
  ];
  return pieces.flatMap((piece) => (piece === work ? parts : [piece])).filter((piece) => piece.from !== piece.to);
}

/** Which pieces cannot be: without a time, or begun before the one before ended. Their places. */
export function wrongPieces(pieces: Piece[]): number[] {
  const spans = pieces.map((piece) => ({ begin: minutes(piece.from), end: minutes(piece.from) + minutesOf(piece) }));
  return pieces.flatMap((piece, i) => {
    const { begin, end } = spans[i] as (typeof spans)[number];
    const overlaps = spans.some((other, k) => k < i && begin < other.end && other.begin < end);
    return !piece.from || !piece.to || piece.from === piece.to || overlaps ? [i] : [];
  });
}

function minutes(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}

function clock(total: number): string {
  const within = total % (24 * 60);
  return `${String(Math.floor(within / 60)).padStart(2, '0')}:${String(within % 60).padStart(2, '0')}`;
}
