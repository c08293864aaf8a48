import { Group, Text } from '@mantine/core';
import { IconReportAnalytics } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Column, List } from '@/shared/list/List';
import { sorted, wholeList } from '@/shared/list/sorting';
import { useFormats } from '@/shared/time/format';
import { Nothing } from '@/shared/ui/States';
import { catalogueQuery } from '../api/catalogue';
import { type OwnReport, ownReportsQuery } from './api/own-reports';
import classes from './OwnList.module.css';
import { SharedWith } from './SharedWith';

/** Reports that people put together: one's own, and those shared with one. */
export function OwnList({ begin }: { begin: ReactNode }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const format = useFormats();
  const query = useQuery(ownReportsQuery);
  const { data: catalogue } = useQuery(catalogueQuery);
  const [sort, setSort] = useState('name');
  const subject = (row: OwnReport) => catalogue?.items.find(({ name }) => name === row.definition.report)?.title ?? row.definition.report;
  const owner = (row: OwnReport) => (row.mine ? t('own.me') : (row.owner?.name ?? t('common.somebody')));
  const rows =
    query.data &&
    sorted(query.data, sort, {
      name: (row) => row.name,
      subject,
      owner,
      share: (row) => Number(row.everybody) * 2 + Number(row.team_id !== null),
      changed: (row) => row.updated_at,
    });
  const columns: Column<OwnReport>[] = [
    { key: 'name', title: t('own.name'), sortable: true, render: (row) => <Name row={row} /> },
    { key: 'subject', title: t('own.subject'), width: 190, sortable: true, render: subject },
    { key: 'owner', title: t('own.owner'), width: 180, sortable: true, render: owner },
    { key: 'share', title: t('own.share.column'), width: 170, sortable: true, render: (row) => <SharedWith of={row} /> },
    { key: 'changed', title: t('own.changed'), width: 170, sortable: true, render: (row) => format.moment(row.updated_at) },
  ];
  return (
    <List
      label={t('own.title')}
      found={wholeList(rows, query)}
      columns={columns}
      sort={sort}
      onSort={setSort}
      onOpen={(row) => void navigate({ to: '/statistics/own/$reportId', params: { reportId: row.id } })}
      card={(row) => (
        <div className={classes.card}>
          <Group justify="space-between" wrap="nowrap">
            <Name row={row} />
            <SharedWith of={row} />
          </Group>
          <Text size="xs" c="dimmed">
            {[subject(row), owner(row), format.moment(row.updated_at)].join(' · ')}
          </Text>
        </div>
      )}
      empty={
        <Nothing icon={<IconReportAnalytics stroke={1.5} />} title={t('own.none')} hint={t('own.noneHint')}>
          {begin}
        </Nothing>
      }
    />
  );
}

function Name({ row }: { row: OwnReport }) {
  return (
    <Link
      to="/statistics/own/$reportId"
      params={{ reportId: row.id }}
      className={classes.name}
      onClick={(event) => event.stopPropagation()}
    >
      {row.name}
    </Link>
  );
}
