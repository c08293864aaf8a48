import { LineChart } from '@mantine/charts';
import { Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/shared/time/format';
import type { Trends } from './api/trends';
import { LINES } from './lines';
import classes from './TrendChart.module.css';

/** The share of calls in which something was said, week by week. */
export function TrendChart({ trends, shown }: { trends: Trends; shown: string[] }) {
  const { t } = useTranslation();
  const format = useFormats();
  const named = (week: string) => format.dayAndMonth(`${week}T12:00:00`);
  const rows = shown.flatMap((name) => trends.rows.find((row) => row.name === name) ?? []);
  const data = trends.weeks.map((week, i) => ({
    week: i === trends.weeks.length - 1 ? t('trends.soFar', { week: named(week) }) : named(week),
    // a week without calls has no share, which is something else than none
    ...Object.fromEntries(rows.map((row, n) => [`s${n}`, trends.totals[i] ? (row.shares[i] ?? 0) : null])),
  }));
  return (
    <figure className={classes.chart}>
      <Text component="figcaption" size="xs" c="dimmed">
        {t('trends.chart')}
      </Text>
      <ul className={classes.legend}>
        {rows.map((row, n) => (
          <li key={row.name}>
            <Group gap={6} wrap="nowrap">
              <svg width="26" height="8" aria-hidden>
                <line x1="1" y1="4" x2="25" y2="4" stroke={LINES[n]?.color} strokeWidth="2.5" strokeDasharray={LINES[n]?.dash} />
              </svg>
              <Text size="xs" fw={550}>
                {row.name}
              </Text>
            </Group>
          </li>
        ))}
      </ul>
      <LineChart
        h={280}
        data={data}
        dataKey="week"
        series={rows.map((row, n) => ({ name: `s${n}`, label: row.name, color: LINES[n]?.color ?? '', strokeDasharray: LINES[n]?.dash }))}
        curveType="linear"
        strokeWidth={2.25}
        valueFormatter={(value) => format.percentTenths(value)}
        yAxisProps={{ width: 52, domain: [0, 'auto'] }}
        xAxisProps={{ padding: { left: 16, right: 16 } }}
        withDots
      />
    </figure>
  );
}
