import { Alert, SegmentedControl, Select, Stack, Text } from '@mantine/core';
import { IconCalendarStats } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useNarrow } from '@/shared/list/useNarrow';
import { pbxNow } from '@/shared/time/clock';
import { useFormats } from '@/shared/time/format';
import { Failed, Loading, Nothing } from '@/shared/ui/States';
import { Surface } from '@/shared/ui/Surface';
import { type Staffing, staffingQuery } from './api/staffing';
import { Assumptions, type PartProps } from './Assumptions';
import { Figures } from './Figures';
import { busiest, dayRows, hours, peaks } from './needs';
import { NeedsChart } from './NeedsChart';
import { NeedsTable } from './NeedsTable';
import { needsQuery } from './search';

interface Props extends PartProps {
  zone: string;
  firstDay: string | null;
}

/** How many agents a queue needs through a week. */
export function Needs({ search, onChange, zone, firstDay }: Props) {
  const { t } = useTranslation();
  const query = useQuery(staffingQuery(needsQuery(search, zone, firstDay, pbxNow())));
  const { data } = query;
  return (
    <Stack gap="md">
      <Surface>
        <Assumptions
          search={search}
          onChange={onChange}
          shrinking
          observed={{ target: data?.target, within: data?.answer_within_s, aht: data?.aht_s, patience: data?.patience_s }}
        />
        <Text size="xs" c="dimmed" mt="xs">
          {t('staffing.observed')}
        </Text>
      </Surface>
      {search.queue === undefined ? (
        <Surface>
          <Nothing icon={<IconCalendarStats stroke={1.5} />} title={t('staffing.noQueue')} hint={t('staffing.noQueueHint')} />
        </Surface>
      ) : query.error ? (
        <Surface>
          <Failed error={query.error} onRetry={() => void query.refetch()} />
        </Surface>
      ) : !data ? (
        <Surface>
          <Loading lines={8} height={28} />
        </Surface>
      ) : data.rows.every((row) => row.calls === 0) ? (
        <Surface>
          <Nothing icon={<IconCalendarStats stroke={1.5} />} title={t('staffing.none')} hint={t('staffing.noneHint')} />
        </Surface>
      ) : (
        <Week data={data} stale={query.isPlaceholderData} search={search} onChange={onChange} />
      )}
    </Stack>
  );
}

function Week({ data, stale, search, onChange }: PartProps & { data: Staffing; stale: boolean }) {
  const { t } = useTranslation();
  const format = useFormats();
  const day = search.day ?? busiest(data.rows);
  const rows = dayRows(data.rows, day);
  const sums = hours(data);
  const title = t('staffing.onDay', { day: t(`staffing.weekday.${String(day) as '0'}`), queue: data.queue });
  return (
    <Stack gap="md" aria-busy={stale} opacity={stale ? 0.6 : undefined}>
      {data.notes.map((note) => (
        <Alert key={note} color="yellow">
          {note}
        </Alert>
      ))}
      <Figures
        of={[
          {
            name: t('staffing.sum.calls'),
            value: format.tenths(sums.calls),
            hint: t('staffing.sum.callsHint', { weeks: format.tenths(data.weeks) }),
          },
          { name: t('staffing.sum.peak'), value: format.number(Math.max(...peaks(data.rows))), hint: t('staffing.sum.peakHint') },
          { name: t('staffing.sum.hours'), value: format.tenths(sums.agents), hint: t('staffing.sum.hoursHint') },
          { name: t('staffing.sum.paid'), value: format.tenths(sums.paid), hint: t('staffing.sum.paidHint') },
        ]}
      />
      <Surface>
        <DayChoice data={data} day={day} onChoose={(chosen) => onChange({ day: chosen })} />
        {rows.length > 0 ? (
          <NeedsChart rows={rows} title={title} zone={data.timezone} />
        ) : (
          <Nothing icon={<IconCalendarStats stroke={1.5} />} title={t('staffing.noCalls')} hint={t('staffing.noCallsHint')} />
        )}
      </Surface>
      {rows.length > 0 && (
        <Surface flush title={title}>
          <NeedsTable rows={rows} title={title} target={data.target} />
        </Surface>
      )}
      <Text size="xs" c="dimmed" maw="52rem">
        {t(`staffing.read.${data.model as 'erlang_c'}`)}
      </Text>
    </Stack>
  );
}

function DayChoice({ data, day, onChoose }: { data: Staffing; day: number; onChoose: (day: number) => void }) {
  const { t } = useTranslation();
  const narrow = useNarrow();
  const days = peaks(data.rows).map((peak, i) => ({
    value: String(i),
    label: t('staffing.dayPeak', { day: t(`staffing.weekdayShort.${String(i) as '0'}`), peak }),
  }));
  const choose = (value: string | null) => onChoose(Number(value));
  return narrow ? (
    <Select aria-label={t('staffing.dayLabel')} data={days} value={String(day)} onChange={choose} allowDeselect={false} mb="md" />
  ) : (
    <SegmentedControl aria-label={t('staffing.dayLabel')} data={days} value={String(day)} onChange={choose} mb="md" fullWidth />
  );
}
