import { CompositeChart } from '@mantine/charts';
import { Text } from '@mantine/core';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useNarrow } from '@/shared/list/useNarrow';
import { useFormats } from '@/shared/time/format';
import chart from '../charts/Chart.module.css';
import { lineOf } from '../charts/palette';
import type { StaffingRow } from './api/staffing';

/** Agents that a weekday needs by interval, beside those who were there. */
export function NeedsChart({ rows, title, zone }: { rows: StaffingRow[]; title: string; zone: string }) {
  const { t } = useTranslation();
  const format = useFormats();
  const narrow = useNarrow();
  const id = useId();
  const known = rows.some((row) => row.staffed !== null);
  const [need, there] = [lineOf(0), lineOf(1)];
  const data = rows.map((row) => ({ at: row.time, need: row.agents, there: row.staffed }));
  return (
    <figure className={chart.chart} aria-labelledby={id}>
      <figcaption id={id}>
        <span className={chart.title}>{title}</span>{' '}
        <Text span size="xs" c="dimmed">
          {t('staffing.unit')}
        </Text>
      </figcaption>
      <ul className={chart.legend}>
        <li>
          <svg width="14" height="14" aria-hidden>
            <rect width="14" height="14" rx="3" fill={need.color} />
          </svg>
          <Text size="xs" fw={550}>
            {t('staffing.needed')}
          </Text>
        </li>
        {known && (
          <li>
            <svg width="26" height="8" aria-hidden>
              <line x1="1" y1="4" x2="25" y2="4" stroke={there.color} strokeWidth="2.5" strokeDasharray={there.dash} />
            </svg>
            <Text size="xs" fw={550}>
              {t('staffing.there')}
            </Text>
          </li>
        )}
      </ul>
      <CompositeChart
        h={280}
        data={data}
        dataKey="at"
        maxBarWidth={36}
        curveType="linear"
        strokeWidth={2.25}
        withDots={false}
        valueFormatter={(value) => format.tenths(value)}
        yAxisProps={{ width: 40, allowDecimals: false, domain: [0, 'auto'] }}
        xAxisProps={{ minTickGap: narrow ? 24 : 12 }}
        xAxisLabel={t('staffing.axis', { zone })}
        series={[
          { name: 'need', label: t('staffing.needed'), color: need.color, type: 'bar' },
          ...(known
            ? [{ name: 'there', label: t('staffing.there'), color: there.color, type: 'line' as const, strokeDasharray: there.dash }]
            : []),
        ]}
      />
    </figure>
  );
}
