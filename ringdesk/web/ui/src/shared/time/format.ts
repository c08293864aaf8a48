import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { localeOf } from '../i18n/locale';

const DAY = 86_400_000;

/** 0:07, 12:40, 1:02:33 */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] ? parts : parts.slice(1);
  return shown.map((part, i) => (i === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}

/** Dates, numbers and names as the language of the page writes them, whatever the browser's is. */
export function formats(language: string) {
  const make = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(language, options);
  const time = make({ hour: '2-digit', minute: '2-digit' });
  const seconds = make({ hour: '2-digit', minute: '2-digit', second: '2-digit' });
  const day = make({ weekday: 'short', day: 'numeric', month: 'short' });
  const dayAndYear = make({ day: 'numeric', month: 'short', year: 'numeric' });
  const dayAndMonth = make({ day: 'numeric', month: 'short' });
  const long = make({ dateStyle: 'long', timeStyle: 'medium' });
  const weekday = make({ weekday: 'long', day: 'numeric', month: 'long' });
  const weekdayShort = make({ weekday: 'short' });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const number = new Intl.NumberFormat(language);
  const tenths = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const hundredths = new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const percentTenths = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });
  const regions = new Intl.DisplayNames(language, { type: 'region', fallback: 'code' });
  const languages = new Intl.DisplayNames(language, { type: 'language', fallback: 'code' });
  const unit = (name: string) => new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay: 'narrow' });
  const bytes = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'].map(
    (name) => new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: 1 }),
  );
  const units = { hour: unit('hour'), minute: unit('minute'), second: unit('second') };

  const dayName = (at: Date, now: Date): string => {
    const away = Math.round((midnight(at) - midnight(now)) / DAY);
    if (away === 0 || away === -1) return capital(relative.format(away, 'day'), language);
    return at.getFullYear() === now.getFullYear() ? day.format(at) : dayAndYear.format(at);
  };
  return {
    time: (at: string) => time.format(new Date(at)),
    timeWithSeconds: (at: string) => seconds.format(new Date(at)),
    date: (at: string) => dayAndYear.format(new Date(at)),
    full: (at: string) => long.format(new Date(at)),
    weekday: (at: Date) => weekday.format(at),
    weekdayShort: (at: string) => weekdayShort.format(new Date(at)),
    day: (at: string, now: Date = new Date()) => dayName(new Date(at), now),
    /** Today 14:05, Mon 3 Nov 14:05 */
    moment: (at: string, now: Date = new Date()) => `${dayName(new Date(at), now)} ${time.format(new Date(at))}`,
    number: (value: number) => number.format(value),
    /** One digit behind the point where it says something. */
    tenths: (value: number) => tenths.format(value),
    /** Of 0 to 1. */
    percent: (share: number) => percent.format(share),
    percentTenths: (share: number) => percentTenths.format(share),
    hundredths: (value: number) => hundredths.format(value),
    dayAndMonth: (at: string) => dayAndMonth.format(new Date(at)),
    /** 42s, 3m 20s, 1h 5m: two units are enough to compare by */
    duration: (total: number) => {
      const whole = Math.max(0, Math.round(total));
      const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
      if (h) return `${units.hour.format(h)}\u00a0${units.minute.format(m)}`;
      if (m) return s ? `${units.minute.format(m)}\u00a0${units.second.format(s)}` : units.minute.format(m);
      return units.second.format(s);
    },
    /** 1.4 MB */
    bytes: (size: number) => {
      const power = Math.min(bytes.length - 1, size < 1000 ? 0 : Math.floor(Math.log10(size) / 3));
      return (bytes[power] as Intl.NumberFormat).format(size / 1000 ** power);
    },
    country: (code: string) => named(regions, code),
    language: (tag: string) => named(languages, tag),
  };
}

export function useFormats() {
  const { i18n } = useTranslation();
  return useMemo(() => formats(localeOf(i18n.language)), [i18n.language]);
}

function midnight(at: Date): number {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
}

function capital(text: string, language: string): string {
  return text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
}

/** `of` throws for what is no code at all. */
function named(names: Intl.DisplayNames, code: string): string {
  try {
    return names.of(code) ?? code;
  } catch {
    return code;
  }
}
