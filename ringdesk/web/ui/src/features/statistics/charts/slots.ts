import type { Interval } from '../api/report';
import { dayIn, plusDays } from '../period';

const MINUTE = 60_000;
const STEPS: Partial<Record<Interval, number>> = { '15m': 15 * MINUTE, '30m': 30 * MINUTE, hour: 60 * MINUTE };
const MOST = 3000; // slots; more than that nobody can see, and the rows themselves are drawn then

/** The moment a day begins in a zone. Asked twice, for the offset of the first guess may be that of the day before. */
export function midnight(day: string, zone: string): number {
  const wanted = Date.parse(`${day}T00:00:00Z`);
  let at = wanted;
  for (let i = 0; i < 2; i++) at = wanted - offset(at, zone);
  return at;
}

function offset(at: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second')) - Math.floor(at / 1000) * 1000;
}

/** When each stretch of [from, to) begins: days of 23 and 25 hours, weeks from Monday. Rows are of those in which something happened only. */
export function slotsOf(from: string, to: string, interval: Interval, zone: string): number[] {
  const [begin, end] = [Date.parse(from), Date.parse(to)];
  const found: number[] = [];
  const step = STEPS[interval];
  if (step !== undefined) {
    for (let at = begin; at < end && found.length < MOST; at += step) found.push(at);
    return found;
  }
  if (interval !== 'day' && interval !== 'week' && interval !== 'month') return found;
  let day = dayIn(zone, begin);
  if (interval === 'week') day = plusDays(day, -((new Date(day).getUTCDay() + 6) % 7));
  if (interval === 'month') day = `${day.slice(0, 7)}-01`;
  for (let at = midnight(day, zone); at < end && found.length < MOST; at = midnight(day, zone)) {
    found.push(at);
    day = interval === 'day' ? plusDays(day, 1) : interval === 'week' ? plusDays(day, 7) : monthAfter(day);
  }
  return found;
}

function monthAfter(day: string): string {
  return new Date(Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)), 1)).toISOString().slice(0, 10);
}
