import { Group, Text } from '@mantine/core';
import { IconCalendarStats } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Column, List } from '@/shared/list/List';
import { sorted } from '@/shared/list/sorting';
import { useFormats } from '@/shared/time/format';
import { Nothing } from '@/shared/ui/States';
import type { StaffingRow, WhatIf } from './api/staffing';
import classes from './NeedsTable.module.css';

type Row = StaffingRow & { id: string };

const ORDER = {
  time: (row: Row) => row.time,
  calls: (row: Row) => row.calls,
  traffic: (row: Row) => row.traffic,
  agents: (row: Row) => row.agents,
  paid: (row: Row) => row.paid,
  staffed: (row: Row) => row.staffed,
};

/** A weekday's intervals: what they need, and what one agent less or more would do. */
export function NeedsTable({ rows, title, target }: { rows: StaffingRow[]; title: string; target: number }) {
  const { t } = useTranslation();
  const [sort, setSort] = useState('time');
  const format = useFormats();
  const shown = sorted(
    rows.map((row) => ({ ...row, id: row.time })),
    sort,
    ORDER,
  );
  const number = (key: 'calls' | 'traffic' | 'paid', width: number, told: (value: number) => string): Column<Row> => ({
    key,
    title: t(`staffing.column.${key}`),
    width,
    right: true,
    sortable: true,
    render: (row) => told(row[key]),
  });
  const columns: Column<Row>[] = [
    {
      key: 'time',
      title: t('staffing.column.time'),
      width: 80,
      sortable: true,
      render: (row) => <span className={classes.time}>{row.time}</span>,
    },
    number('calls', 80, format.tenths),
    number('traffic', 100, format.hundredths),
    {
      key: 'agents',
      title: t('staffing.column.agents'),
      width: 90,
      right: true,
      sortable: true,
      render: (row) => <span className={classes.agents}>{format.number(row.agents)}</span>,
    },
    number('paid', 80, format.number),
    { key: 'staffed', title: t('staffing.column.staffed'), width: 120, right: true, sortable: true, render: (row) => <There row={row} /> },
    { key: 'less', title: t('staffing.column.less'), right: true, render: (row) => <Outcome of={row.one_less} target={target} /> },
    { key: 'expected', title: t('staffing.column.expected'), right: true, render: (row) => <Outcome of={row.expected} target={target} /> },
    { key: 'more', title: t('staffing.column.more'), right: true, render: (row) => <Outcome of={row.one_more} target={target} /> },
  ];
  return (
    <List
      label={title}
      found={{ rows: shown, error: null, retry: () => undefined, more: undefined, loadingMore: false, stale: false }}
      columns={columns}
      sort={sort}
      onSort={setSort}
      card={(row) => (
        <div className={classes.card}>
          <Group justify="space-between" wrap="nowrap">
            <span className={classes.time}>{row.time}</span>
            <span className={classes.agents}>{t('staffing.agents', { count: row.agents })}</span>
          </Group>
          <Text size="xs" c="dimmed">
            {t('staffing.cardLine', { calls: format.tenths(row.calls), paid: format.number(row.paid) })}
          </Text>
          <div className={classes.outcomes}>
            {(['one_less', 'expected', 'one_more'] as const).map((which) => (
              <div key={which}>
                <Text size="xs" c="dimmed">
                  {t(`staffing.card.${which}`)}
                </Text>
                <Outcome of={row[which]} target={target} />
              </div>
            ))}
          </div>
        </div>
      )}
      empty={<Nothing icon={<IconCalendarStats stroke={1.5} />} title={t('staffing.noCalls')} hint={t('staffing.noCallsHint')} />}
    />
  );
}

function There({ row }: { row: StaffingRow }) {
  const { t } = useTranslation();
  const format = useFormats();
  if (row.staffed === null) return <span>{t('targets.noCalls')}</span>;
  const short = row.agents - row.staffed;
  return (
    <div>
      {format.tenths(row.staffed)}
      {short >= 0.5 && (
        <Text size="xs" className={classes.short}>
          {t('staffing.short', { count: short, shown: format.tenths(short) })}
        </Text>
      )}
    </div>
  );
}

/** What so many agents would do: the service level large, wait and occupancy below. */
export function Outcome({ of, target }: { of: WhatIf | null; target: number }) {
  const { t } = useTranslation();
  const format = useFormats();
  if (!of) return <span>{t('targets.noCalls')}</span>;
  const facts = [
    of.asa_s === null ? t('staffing.endless') : t('staffing.asa', { time: format.duration(of.asa_s) }),
    t('staffing.busy', { share: format.percent(of.occupancy) }),
    of.abandoned !== null && t('staffing.lost', { share: format.percentTenths(of.abandoned) }),
  ];
  return (
    <div>
      <span className={classes.level} data-missed={of.service_level < target || undefined}>
        {format.percentTenths(of.service_level)}
      </span>
      <Text size="xs" c="dimmed">
        {facts.filter(Boolean).join(' · ')}
      </Text>
    </div>
  );
}
