import { CompositeChart } from '@mantine/charts';
import { Text } from '@mantine/core';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useNarrow } from '@/shared/list/useNarrow';
import { useFormats } from '@/shared/time/format';
import chart from '../charts/Chart.module.css';
import { lineOf } from '../charts/palette';
import type { Forecast } from './api/forecast';

/** What came by day, what is to come, and how far off nine of ten days should lie. */
export function ForecastChart({ forecast, title }: { forecast: Forecast; title: string }) {
  const { t } = useTranslation();
  const format = useFormats();
  const narrow = useNarrow();
  const id = useId();
  const [past, coming] = [lineOf(0), lineOf(1)];
  const noon = (day: string) => `${day}T12:00:00`;
  const data = forecast.days.map(({ day, calls, forecast: expected, low, high }) => ({
    day,
    calls,
    expected,
    band: low === null || high === null ? null : [low, high],
  }));
  const told = (value: unknown) =>
    Array.isArray(value)
      ? t('staffing.between', { low: format.number(Math.round(Number(value[0]))), high: format.number(Math.round(Number(value[1]))) })
      : format.number(Math.round(Number(value)));
  const names = { calls: t('staffing.came'), expected: t('staffing.expected'), band: t('staffing.band') };
  return (
    <figure className={chart.chart} aria-labelledby={id}>
      <figcaption id={id}>
        <span className={chart.title}>{title}</span>{' '}
        <Text span size="xs" c="dimmed">
          {t('staffing.callsADay')}
        </Text>
      </figcaption>
      <ul className={chart.legend}>
        {[past, coming].map((line, i) => (
          <li key={line.color}>
            <svg width="26" height="8" aria-hidden>
              <line x1="1" y1="4" x2="25" y2="4" stroke={line.color} strokeWidth="2.5" strokeDasharray={line.dash} />
            </svg>
            <Text size="xs" fw={550}>
              {i === 0 ? names.calls : names.expected}
            </Text>
          </li>
        ))}
        <li>
          <svg width="26" height="14" aria-hidden>
            <rect width="26" height="14" rx="3" fill={coming.color} opacity={0.22} />
          </svg>
          <Text size="xs" fw={550}>
            {names.band}
          </Text>
        </li>
      </ul>
      <CompositeChart
        h={320}
        data={data}
        dataKey="day"
        curveType="linear"
        strokeWidth={2}
        withDots={false}
        connectNulls={false}
        valueFormatter={told}
        yAxisProps={{ width: 52, domain: [0, 'auto'], tickFormatter: (value: number) => format.number(value) }}
        xAxisProps={{ minTickGap: narrow ? 32 : 24, tickFormatter: (day: string) => format.dayAndMonth(noon(day)) }}
        xAxisLabel={t('staffing.dayAxis', { zone: forecast.timezone })}
        tooltipProps={{ labelFormatter: (day: unknown) => format.weekday(new Date(noon(String(day)))) }}
        series={[
          { name: 'band', label: names.band, color: coming.color, type: 'area' },
          { name: 'calls', label: names.calls, color: past.color, type: 'line' },
          { name: 'expected', label: names.expected, color: coming.color, type: 'line', strokeDasharray: coming.dash },
        ]}
        areaProps={{ strokeWidth: 0, fillOpacity: 0.22 }}
      />
    </figure>
  );
}
