import { Group, Text, UnstyledButton } from '@mantine/core';
import { IconUserStar } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Column, List } from '@/shared/list/List';
import { sorted, wholeList } from '@/shared/list/sorting';
import { useFormats } from '@/shared/time/format';
import { Initials } from '@/shared/ui/Person';
import { Nothing } from '@/shared/ui/States';
import classes from './AgentScores.module.css';
import { type AgentSummary, type SummaryFilter, summaryQuery } from './api/scores';
import { Sparkline } from './Sparkline';

type Row = AgentSummary & { id: number };

const ORDER = {
  agent: (row: Row) => row.agent.name,
  recordings: (row: Row) => row.recordings,
  average: (row: Row) => row.average,
  failed: (row: Row) => row.failed,
};

interface Props {
  filter: SummaryFilter;
  chosen: number | null;
  onChoose: (agent: number) => void;
}

/** How each agent's calls were scored, by week. */
export function AgentScores({ filter, chosen, onChoose }: Props) {
  const { t } = useTranslation();
  const query = useQuery(summaryQuery(filter));
  const [sort, setSort] = useState('agent');
  const rows = query.data?.map((row) => ({ ...row, id: row.agent.id ?? 0 }));
  return (
    <List
      label={t('scores.byAgent')}
      found={wholeList(rows && sorted(rows, sort, ORDER), query)}
      columns={useColumns(chosen, onChoose)}
      sort={sort}
      onSort={setSort}
      onOpen={(row) => onChoose(row.id)}
      card={(row) => <SummaryCard row={row} onChoose={onChoose} />}
      empty={<Nothing icon={<IconUserStar stroke={1.5} />} title={t('scores.none')} hint={t('scores.noneHint')} />}
    />
  );
}

function useColumns(chosen: number | null, onChoose: (agent: number) => void): Column<Row>[] {
  const { t } = useTranslation();
  const format = useFormats();
  const failed = (row: Row) => (row.failed > 0 ? format.number(row.failed) : '–');
  return [
    {
      key: 'agent',
      title: t('reviews.agent'),
      sortable: true,
      render: (row) => (
        <UnstyledButton
          className={classes.agent}
          aria-pressed={chosen === row.id}
          onClick={(event) => {
            event.stopPropagation();
            onChoose(row.id);
          }}
        >
          <Initials name={row.agent.name} size={28} />
          <span>{row.agent.name}</span>
        </UnstyledButton>
      ),
    },
    { key: 'average', title: t('scores.average'), width: 110, right: true, sortable: true, render: (row) => <Average row={row} /> },
    { key: 'trend', title: t('scores.trend'), width: 170, render: (row) => <Trend row={row} /> },
    {
      key: 'recordings',
      title: t('scores.count'),
      width: 140,
      right: true,
      sortable: true,
      render: (row) => format.number(row.recordings),
    },
    { key: 'failed', title: t('scores.failed'), width: 120, right: true, sortable: true, render: failed },
  ];
}

function Average({ row }: { row: Row }) {
  const format = useFormats();
  return <span className={classes.average}>{row.average === null ? '–' : format.tenths(row.average)}</span>;
}

export function Trend({ row }: { row: AgentSummary }) {
  const { t } = useTranslation();
  const format = useFormats();
  const told = row.weeks.flatMap((week, i) => {
    const value = row.by_week[i] ?? null;
    return value === null ? [] : [t('scores.weekAverage', { week: format.dayAndMonth(`${week}T12:00:00`), average: format.tenths(value) })];
  });
  return (
    <Sparkline
      values={row.by_week}
      range={[0, 100]}
      label={told.length ? t('scores.trendOf', { weeks: told.join(', ') }) : t('scores.noTrend')}
    />
  );
}

function SummaryCard({ row, onChoose }: { row: Row; onChoose: (agent: number) => void }) {
  const { t } = useTranslation();
  const format = useFormats();
  return (
    <UnstyledButton className={classes.card} onClick={() => onChoose(row.id)}>
      <Group justify="space-between" wrap="nowrap">
        <div>
          <span className={classes.name}>{row.agent.name}</span>
          <Text size="xs" c="dimmed">
            {[
              t('scores.recordingCount', { count: row.recordings }),
              row.failed > 0 && t('scores.failedCount', { failed: format.number(row.failed) }),
            ]
              .filter(Boolean)
              .join(' · ')}
          </Text>
        </div>
        <Group gap="sm" wrap="nowrap">
          <Trend row={row} />
          <Average row={row} />
        </Group>
      </Group>
    </UnstyledButton>
  );
}
