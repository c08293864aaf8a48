import { Alert, Stack, Text } from '@mantine/core';
import { IconChartHistogram } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Column, List } from '@/shared/list/List';
import { sorted, wholeList } from '@/shared/list/sorting';
import { useFormats } from '@/shared/time/format';
import { Failed, Loading, Nothing } from '@/shared/ui/States';
import { Surface } from '@/shared/ui/Surface';
import { plusDays } from '../period';
import { mondayOf } from '../shifts/zone';
import { type Forecast, forecastQuery } from './api/forecast';
import { ForecastChart } from './ForecastChart';
import { better } from './needs';
import classes from './NeedsTable.module.css';
import { type StaffingSearch, USUAL_HORIZON } from './search';

/** The coming weeks, and how far one may trust it. */
export function ForecastPart({ search }: { search: StaffingSearch }) {
  const { t } = useTranslation();
  const query = useQuery(forecastQuery(search.horizon ?? USUAL_HORIZON, search.queue));
  const { data } = query;
  const nothing = data?.days.every((day) => day.forecast === null) ?? false;
  if (query.error)
    return (
      <Surface>
        <Failed error={query.error} onRetry={() => void query.refetch()} />
      </Surface>
    );
  if (!data)
    return (
      <Surface>
        <Loading lines={8} height={28} />
      </Surface>
    );
  if (nothing)
    return (
      <Surface>
        <Nothing
          icon={<IconChartHistogram stroke={1.5} />}
          title={t('staffing.noForecast')}
          hint={data.notes.join(' ') || t('staffing.noForecastHint')}
        />
      </Surface>
    );
  return (
    <Stack gap="md" aria-busy={query.isPlaceholderData} opacity={query.isPlaceholderData ? 0.6 : undefined}>
      {data.notes.map((note) => (
        <Alert key={note} color="yellow">
          {note}
        </Alert>
      ))}
      <Surface>
        <ForecastChart forecast={data} title={data.queue ? t('staffing.forecastOf', { queue: data.queue }) : t('staffing.forecastAll')} />
      </Surface>
      <Trust forecast={data} />
      <Surface flush title={t('staffing.byWeek')}>
        <Weeks forecast={data} />
      </Surface>
    </Stack>
  );
}

/** The error on what was held out, beside that of the simplest forecast, in words. */
function Trust({ forecast: { error, naive_error, held_out_days, method } }: { forecast: Forecast }) {
  const { t } = useTranslation();
  const format = useFormats();
  const gain = better(error, naive_error);
  return (
    <Surface title={t('staffing.trust')}>
      {error === null ? (
        <Text size="sm">{t('staffing.untested')}</Text>
      ) : (
        <Text size="sm" maw="52rem">
          {t('staffing.error', { days: held_out_days, error: format.percentTenths(error) })}{' '}
          {naive_error !== null && t('staffing.naive', { error: format.percentTenths(naive_error) })}{' '}
          {gain !== null &&
            (gain > 0.005
              ? t('staffing.better', { gain: format.percent(gain) })
              : gain < -0.005
                ? t('staffing.worse', { gain: format.percent(-gain) })
                : t('staffing.same'))}
        </Text>
      )}
      <Text size="xs" c="dimmed" mt="xs">
        {t('staffing.method', { method })}
      </Text>
    </Surface>
  );
}

interface WeekRow {
  id: string;
  days: number;
  expected: number;
  low: number;
  high: number;
}

/** The days to come by week; the band of a sum is no sum of bands, so a week shows its days' least and most. */
function weeksOf(forecast: Forecast): WeekRow[] {
  const weeks = new Map<string, WeekRow>();
  for (const { day, forecast: expected, low, high, calls } of forecast.days) {
    if (expected === null || calls !== null) continue;
    const id = mondayOf(day);
    const week = weeks.get(id) ?? { id, days: 0, expected: 0, low: Infinity, high: 0 };
    week.days += 1;
    week.expected += expected;
    week.low = Math.min(week.low, low ?? expected);
    week.high = Math.max(week.high, high ?? expected);
    weeks.set(id, week);
  }
  return [...weeks.values()];
}

function Weeks({ forecast }: { forecast: Forecast }) {
  const { t } = useTranslation();
  const format = useFormats();
  const [sort, setSort] = useState('week');
  const name = (row: WeekRow) =>
    t('shifts.week', { from: format.dayAndMonth(`${row.id}T12:00:00`), to: format.dayAndMonth(`${plusDays(row.id, 6)}T12:00:00`) });
  const whole = (value: number) => format.number(Math.round(value));
  const columns: Column<WeekRow>[] = [
    { key: 'week', title: t('staffing.week'), sortable: true, render: (row) => <span className={classes.time}>{name(row)}</span> },
    { key: 'days', title: t('staffing.days'), width: 100, right: true, sortable: true, render: (row) => format.number(row.days) },
    { key: 'expected', title: t('staffing.expected'), width: 170, right: true, sortable: true, render: (row) => whole(row.expected) },
    {
      key: 'range',
      title: t('staffing.quietest'),
      width: 280,
      right: true,
      render: (row) => t('staffing.between', { low: whole(row.low), high: whole(row.high) }),
    },
  ];
  const rows = sorted(weeksOf(forecast), sort, { week: (row) => row.id, days: (row) => row.days, expected: (row) => row.expected });
  return (
    <List
      label={t('staffing.byWeek')}
      found={wholeList(rows, { error: null, refetch: () => undefined })}
      columns={columns}
      sort={sort}
      onSort={setSort}
      card={(row) => (
        <div className={classes.card}>
          <span className={classes.time}>{name(row)}</span>
          <Text size="sm">{t('staffing.weekLine', { calls: whole(row.expected), low: whole(row.low), high: whole(row.high) })}</Text>
        </div>
      )}
      empty={<Nothing icon={<IconChartHistogram stroke={1.5} />} title={t('staffing.noForecast')} hint={t('staffing.noForecastHint')} />}
    />
  );
}
