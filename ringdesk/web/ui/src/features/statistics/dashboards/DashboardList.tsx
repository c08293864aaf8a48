import { Group, Text } from '@mantine/core';
import { IconLayoutDashboard } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Column, List } from '@/shared/list/List';
import { sorted, wholeList } from '@/shared/list/sorting';
import { useFormats } from '@/shared/time/format';
import { Nothing } from '@/shared/ui/States';
import classes from '../own/OwnList.module.css';
import { SharedWith } from '../own/SharedWith';
import { type Dashboard, dashboardsQuery } from './api/dashboards';

/** Reports side by side. */
export function DashboardList({ begin }: { begin: ReactNode }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const format = useFormats();
  const query = useQuery(dashboardsQuery);
  const [sort, setSort] = useState('name');
  const owner = (row: Dashboard) => (row.mine ? t('own.me') : (row.owner?.name ?? t('common.somebody')));
  const rows =
    query.data &&
    sorted(query.data, sort, {
      name: (row) => row.name,
      owner,
      tiles: (row) => row.tiles.length,
      share: (row) => Number(row.everybody) * 2 + Number(row.team_id !== null),
    });
  const columns: Column<Dashboard>[] = [
    { key: 'name', title: t('own.name'), sortable: true, render: (row) => <Name row={row} /> },
    {
      key: 'tiles',
      title: t('dashboards.tiles'),
      width: 110,
      right: true,
      sortable: true,
      render: (row) => format.number(row.tiles.length),
    },
    { key: 'owner', title: t('own.owner'), width: 200, sortable: true, render: owner },
    { key: 'share', title: t('own.share.column'), width: 200, sortable: true, render: (row) => <SharedWith of={row} /> },
  ];
  return (
    <List
      label={t('dashboards.title')}
      found={wholeList(rows, query)}
      columns={columns}
      sort={sort}
      onSort={setSort}
      onOpen={(row) => void navigate({ to: '/statistics/dashboards/$dashboardId', params: { dashboardId: row.id } })}
      card={(row) => (
        <div className={classes.card}>
          <Group justify="space-between" wrap="nowrap">
            <Name row={row} />
            <SharedWith of={row} />
          </Group>
          <Text size="xs" c="dimmed">
            {[t('dashboards.tileCount', { count: row.tiles.length }), owner(row)].join(' · ')}
          </Text>
        </div>
      )}
      empty={
        <Nothing icon={<IconLayoutDashboard stroke={1.5} />} title={t('dashboards.none')} hint={t('dashboards.noneHint')}>
          {begin}
        </Nothing>
      }
    />
  );
}

function Name({ row }: { row: Dashboard }) {
  return (
    <Link
      to="/statistics/dashboards/$dashboardId"
      params={{ dashboardId: row.id }}
      className={classes.name}
      onClick={(event) => event.stopPropagation()}
    >
      {row.name}
    </Link>
  );
}
