import { LineChart } from '@mantine/charts';
import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/shared/time/format';

/** Averages of 100 by week. */
export function WeekChart({ weeks, values }: { weeks: string[]; values: (number | null)[] }) {
  const { t } = useTranslation();
  const format = useFormats();
  const data = weeks.map((week, i) => ({ week: format.dayAndMonth(`${week}T12:00:00`), average: values[i] ?? null }));
  if (data.filter((one) => one.average !== null).length < 2) return null;
  return (
    <figure style={{ margin: 0 }}>
      <Text component="figcaption" size="xs" c="dimmed" mb={4}>
        {t('scores.chart')}
      </Text>
      <LineChart
        h={180}
        data={data}
        dataKey="week"
        series={[{ name: 'average', label: t('scores.average'), color: 'var(--rd-accent-text)' }]}
        yAxisProps={{ domain: [0, 100], ticks: [0, 25, 50, 75, 100], width: 36 }}
        curveType="linear"
        connectNulls={false}
        valueFormatter={(value) => format.tenths(value)}
        withDots
      />
    </figure>
  );
}
