import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { localeOf } from '@/shared/i18n/locale';
import { formats } from '@/shared/time/format';
import type { Cell, Interval, ReportColumn } from './api/report';

/** What a key cell is called where it has no name: a call through no queue, an agent who has left, all of them. */
export interface Words {
  none: string;
  nobody: string;
  word: (unit: string, value: string) => string | undefined;
}

/** Numbers and times of reports as the page's language writes them, times in the report's zone. */
export function values(language: string, zone: string, words: Words) {
  const plain = formats(language);
  const dates = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(language, { timeZone: zone, ...options });
  const time = dates({ hour: '2-digit', minute: '2-digit' });
  const dayTime = dates({ weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
  const dayTimeZone = dates({ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', timeZoneName: 'short' });
  const day = dates({ weekday: 'short', day: 'numeric', month: 'short' });
  const date = dates({ day: 'numeric', month: 'short', year: 'numeric' });
  const dateTime = dates({ day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' });
  const month = dates({ month: 'long', year: 'numeric' });
  const weekdays = Array.from({ length: 7 }, (_, i) =>
    new Intl.DateTimeFormat(language, { weekday: 'short', timeZone: 'UTC' }).format(new Date(Date.UTC(1970, 0, 5 + i))),
  );
  const tenth = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const short = new Intl.NumberFormat(language, { style: 'unit', unit: 'second', unitDisplay: 'narrow', maximumFractionDigits: 1 });
  const compact = new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 1 });
  const signed = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1, signDisplay: 'exceptZero' });
  const signedTenth = new Intl.NumberFormat(language, { maximumFractionDigits: 1, signDisplay: 'exceptZero' });

  const seconds = (value: number) => (Math.abs(value) < 60 ? short.format(value) : plain.duration(value));

  /** A number by its unit. */
  const number = (value: number, unit: string): string => {
    switch (unit) {
      case 'seconds':
        return seconds(value);
      case 'share':
        return plain.percentTenths(value);
      case 'count':
        return plain.number(value);
      case 'erlangs':
        return plain.hundredths(value);
      default:
        return tenth.format(value);
    }
  };
  /** The same where room is short, on an axis. */
  const tick = (value: number, unit: string): string => {
    if (unit === 'share') return plain.percent(value);
    if (unit === 'seconds')
      return value < 60
        ? short.format(value)
        : value < 3600
          ? plain.duration(Math.round(value / 60) * 60)
          : `${tenth.format(value / 3600)} h`;
    return compact.format(value);
  };
  /** When a stretch of time began, as its interval is spoken of. */
  const moment = (at: string, interval: Interval): string => {
    const then = new Date(at);
    if (interval === 'month') return month.format(then);
    if (interval === 'day' || interval === 'week') return day.format(then);
    return dayTime.format(then);
  };
  const hour = (value: number) => `${String(value).padStart(2, '0')}:00`;
  /** What a row is of: a queue's name, a person, a time. */
  const key = (cell: Cell | undefined, column: Pick<ReportColumn, 'unit'>, interval: Interval): string => {
    if (cell !== null && typeof cell === 'object') return String(cell.name ?? words.nobody);
    if (cell === null || cell === undefined || cell === '') return words.none;
    if (column.unit === 'time') return moment(String(cell), interval);
    if (column.unit === 'weekday') return weekdays[Number(cell)] ?? String(cell);
    if (column.unit === 'hour') return hour(Number(cell));
    if (typeof cell === 'number') return number(cell, column.unit);
    return words.word(column.unit, cell) ?? cell;
  };
  /** Any cell. */
  const cell = (value: Cell | undefined, column: Pick<ReportColumn, 'unit' | 'key'>, interval: Interval): string => {
    if (column.key) return key(value, column, interval);
    return typeof value === 'number' ? number(value, column.unit) : '–';
  };
  return {
    number,
    tick,
    moment,
    key,
    cell,
    hour,
    weekdays,
    time: (at: string) => time.format(new Date(at)),
    withZone: (at: string) => dayTimeZone.format(new Date(at)),
    /** 14 – 20 Nov 2026, of [from, to); with the time where it ends in the middle of a day. */
    period: (from: string, to: string) => {
      const last = new Date(Date.parse(to) - 1);
      const whole = date.format(last) !== date.format(new Date(to));
      return whole ? date.formatRange(new Date(from), last) : dateTime.formatRange(new Date(from), new Date(to));
    },
    /** How a value changed: in points where it is a share, else in per cent of what it was. */
    difference: (now: number, before: number, unit: string): string | null => {
      if (unit === 'share') return signedTenth.format((now - before) * 100);
      if (unit === 'points') return signedTenth.format(now - before);
      return before === 0 ? null : signed.format((now - before) / Math.abs(before));
    },
  };
}

export type Values = ReturnType<typeof values>;

const WORDS = { direction: ['in', 'out', 'internal'], state: ['available', 'ringing', 'talking', 'wrap_up', 'paused', 'offline'] };

export function useValues(zone: string): Values {
  const { t, i18n } = useTranslation();
  return useMemo(() => {
    const word = (unit: string, value: string) => {
      if (unit === 'direction' && WORDS.direction.includes(value)) return t(`calls.direction.${value as 'in'}`);
      if (unit === 'state' && WORDS.state.includes(value)) return t(`statistics.state.${value as 'paused'}`);
      return undefined;
    };
    return values(localeOf(i18n.language), zone, { none: t('statistics.key.none'), nobody: t('common.somebody'), word });
  }, [t, i18n.language, zone]);
}

/** A cell as it came, in words: a name where it has one. */
export function plain(cell: Cell | undefined): string {
  return String((cell !== null && typeof cell === 'object' ? cell.name : cell) ?? '');
}

/** A cell as a number, null where there is none. */
export function numeric(cell: Cell | undefined): number | null {
  return typeof cell === 'number' ? cell : null;
}

/** What tells rows apart. */
export function rowId(row: Record<string, Cell>, columns: Pick<ReportColumn, 'name' | 'key'>[]): string {
  return columns
    .filter((column) => column.key)
    .map((column) => {
      const cell = row[column.name];
      return cell !== null && typeof cell === 'object' ? String(cell.id ?? cell.name) : String(cell);
    })
    .join('\u001f');
}
