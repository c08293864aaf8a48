import dayjs from 'dayjs';
import timezone from 'dayjs/plugin/timezone';
import utc from 'dayjs/plugin/utc';
import { plusDays } from '../period';

dayjs.extend(utc);
dayjs.extend(timezone);

/** The time of day, `09:30`, that it is in `zone` at a moment. */
export function timeIn(zone: string, at: string): string {
  return dayjs(at).tz(zone).format('HH:mm');
}

/** The moment at which clocks in `zone` show this day and time. */
export function momentIn(zone: string, day: string, time = '00:00'): string {
  return dayjs.tz(`${day}T${time}`, zone).toISOString();
}

/** The Monday of a day's week. */
export function mondayOf(day: string): string {
  return plusDays(day, -((new Date(day).getUTCDay() + 6) % 7));
}
