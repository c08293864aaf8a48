import { Checkbox, Group, Menu, Text, UnstyledButton } from '@mantine/core';
import { IconArrowDownRight, IconArrowRight, IconArrowUpRight, IconChartLine, IconChevronDown } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Column, List } from '@/shared/list/List';
import type { Rows } from '@/shared/list/pages';
import { sorted } from '@/shared/list/sorting';
import { useFormats } from '@/shared/time/format';
import { Nothing } from '@/shared/ui/States';
import type { Topic } from './api/topics';
import type { TrendRow } from './api/trends';
import classes from './TrendTable.module.css';

type Row = TrendRow & { id: string };

const ORDER = {
  name: (row: Row) => row.name,
  share: (row: Row) => lastWhole(row),
  recordings: (row: Row) => total(row),
  change: (row: Row) => row.change,
  score: (row: Row) => row.score,
};
const SURPRISING = 1.96; // standard deviations: of what does not change, one in twenty goes as far by chance

/** The share of the last whole week: the newest one is still running. */
function lastWhole(row: TrendRow): number {
  return row.shares.at(-2) ?? 0;
}

function total(row: TrendRow): number {
  return row.recordings.reduce((sum, count) => sum + count, 0);
}

interface Props {
  found: Rows<TrendRow>;
  topics: Topic[];
  /** Monday of the first week, and the queue: the search is of the same calls. */
  from?: string;
  queue?: string;
  shown: string[];
  onToggle: (name: string) => void;
  empty: ReactNode;
}

/** What rises and falls, in numbers; a name leads to the calls in which it was said. */
export function TrendTable({ found, topics, from, queue, shown, onToggle, empty }: Props) {
  const { t } = useTranslation();
  const format = useFormats();
  const [sort, setSort] = useState('-score');
  const rows = found.rows?.map((row) => ({ ...row, id: `${row.topic_id ?? ''}:${row.name}` }));
  const name = (row: Row) => <Name row={row} topic={topics.find((topic) => topic.id === row.topic_id)} from={from} queue={queue} />;
  const drawn = (row: Row) => (
    <Checkbox
      size="xs"
      checked={shown.includes(row.name)}
      onChange={() => onToggle(row.name)}
      aria-label={t('trends.draw', { name: row.name })}
    />
  );
  const columns: Column<Row>[] = [
    { key: 'drawn', title: <IconChartLine size={15} role="img" aria-label={t('trends.drawn')} />, width: 48, render: drawn },
    { key: 'name', title: t('trends.name'), sortable: true, render: name },
    {
      key: 'share',
      title: t('trends.lastWeek'),
      width: 130,
      right: true,
      sortable: true,
      render: (row) => format.percentTenths(lastWhole(row)),
    },
    { key: 'change', title: t('trends.change'), width: 170, right: true, sortable: true, render: (row) => <Change row={row} /> },
    { key: 'score', title: t('trends.surprise'), width: 150, right: true, sortable: true, render: (row) => <Surprise row={row} /> },
    {
      key: 'recordings',
      title: t('trends.recordings'),
      width: 130,
      right: true,
      sortable: true,
      render: (row) => format.number(total(row)),
    },
  ];
  return (
    <List
      label={t('trends.title')}
      found={{ ...found, rows: rows && sorted(rows, sort, ORDER) }}
      columns={columns}
      sort={sort}
      onSort={setSort}
      card={(row) => (
        <Group className={classes.card} justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap" miw={0}>
            {drawn(row)}
            <div>
              {name(row)}
              <Text size="xs" c="dimmed">
                {t('trends.inRecordings', { count: total(row) })}
              </Text>
            </div>
          </Group>
          <Change row={row} />
        </Group>
      )}
      empty={empty}
    />
  );
}

export function NoTrends({ title, hint, children }: { title: string; hint: string; children?: ReactNode }) {
  return (
    <Nothing icon={<IconChartLine stroke={1.5} />} title={title} hint={hint}>
      {children}
    </Nothing>
  );
}

interface NameProps {
  row: TrendRow;
  topic?: Topic;
  from?: string;
  queue?: string;
}

function Name({ row, topic, from, queue }: NameProps) {
  const { t } = useTranslation();
  const phrases = topic?.phrases ?? [row.name];
  const to = (phrase: string) => ({
    q: phrase,
    match: 'phrase' as const,
    speaker: topic?.speaker ?? undefined,
    queue,
    ...(from && { from, to: today() }),
  });
  const only = phrases.length === 1 ? phrases[0] : undefined;
  if (only !== undefined)
    return (
      <Link to="/search/said" search={to(only)} className={classes.name}>
        {row.name}
      </Link>
    );
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <UnstyledButton className={classes.name}>
          {row.name} <IconChevronDown size={13} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('trends.searchFor')}</Menu.Label>
        {phrases.map((phrase) => (
          <Menu.Item key={phrase} renderRoot={(props) => <Link {...props} to="/search/said" search={to(phrase)} />}>
            {t('quality.said', { words: phrase })}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function today(): string {
  const now = new Date();
  return [now.getFullYear(), String(now.getMonth() + 1).padStart(2, '0'), String(now.getDate()).padStart(2, '0')].join('-');
}

function Change({ row }: { row: TrendRow }) {
  const { t } = useTranslation();
  const format = useFormats();
  const points = Math.abs(row.change) * 100;
  const still = points < 0.05;
  const Arrow = still ? IconArrowRight : row.change > 0 ? IconArrowUpRight : IconArrowDownRight;
  const how = still ? t('trends.still') : row.change > 0 ? t('trends.rising') : t('trends.falling');
  return (
    <Group gap={4} wrap="nowrap" justify="flex-end" className={classes.change}>
      <Arrow size={16} role="img" aria-label={how} />
      <span>{t('trends.points', { points: format.tenths(points) })}</span>
    </Group>
  );
}

function Surprise({ row }: { row: TrendRow }) {
  const { t } = useTranslation();
  const format = useFormats();
  const strong = Math.abs(row.score) >= SURPRISING;
  return (
    <span className={classes.surprise} data-strong={strong || undefined}>
      {t('trends.sigma', { score: format.tenths(Math.round(row.score * 10) / 10 + 0) })}
    </span>
  );
}
