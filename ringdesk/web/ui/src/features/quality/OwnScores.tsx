import { Group, Text } from '@mantine/core';
import { IconUserStar } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/shared/time/format';
import { Failed, Loading, Nothing } from '@/shared/ui/States';
import { Surface } from '@/shared/ui/Surface';
import { type AgentSummary, type SummaryFilter, summaryQuery } from './api/scores';
import { WeekChart } from './WeekChart';
import agreement from './Agreement.module.css';

/** One agent's scores: the average, how many, and week by week. */
export function OwnScores({ filter, agent }: { filter: SummaryFilter; agent: number }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(summaryQuery({ ...filter, agent_id: agent }));
  const row = data?.find((one) => one.agent.id === agent);
  return (
    <Surface>
      {error && !data ? <Failed error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error && <Loading lines={5} height={22} />}
      {data && !row && <Nothing icon={<IconUserStar stroke={1.5} />} title={t('scores.none')} hint={t('scores.noneHint')} />}
      {row && <Summary row={row} />}
    </Surface>
  );
}

function Summary({ row }: { row: AgentSummary }) {
  const { t } = useTranslation();
  const format = useFormats();
  return (
    <>
      <Group gap="xl" mb="md">
        <Figure value={row.average === null ? '–' : format.tenths(row.average)} name={t('scores.average')} />
        <Figure value={format.number(row.recordings)} name={t('scores.count')} />
        <Figure value={format.number(row.failed)} name={t('scores.failed')} />
      </Group>
      <WeekChart weeks={row.weeks} values={row.by_week} />
    </>
  );
}

function Figure({ value, name }: { value: string; name: string }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {name}
      </Text>
      <span className={agreement.figure}>{value}</span>
    </div>
  );
}
