import { Group, Text } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { type ComponentProps, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Column, List } from '@/shared/list/List';
import { sorted, wholeList } from '@/shared/list/sorting';
import classes from './SharedList.module.css';
import { SharedWith } from './SharedWith';

interface Shared {
  id: number;
  name: string;
  mine: boolean;
  owner: { name: string } | null;
  team_id: number | null;
  everybody: boolean;
}

interface Fact<Row> extends Omit<Column<Row>, 'sortable'> {
  order: (row: Row) => string | number;
}

interface Props<Row> {
  label: string;
  query: UseQueryResult<Row[]>;
  /** What there is to know of one besides its name and who made it and sees it: before those, and after. */
  before: Fact<Row>[];
  after?: Fact<Row>[];
  /** The same in a card's line, around whose it is. */
  line: (row: Row, owner: string) => string[];
  /** Leads to one. */
  link: (row: Row, props: Pick<ComponentProps<'a'>, 'className' | 'onClick'>) => ReactNode;
  onOpen: (row: Row) => void;
  empty: ReactNode;
}

/** What people put together: one's own, and what is shared with one. */
export function SharedList<Row extends Shared>({ label, query, before, after = [], line, link, onOpen, empty }: Props<Row>) {
  const { t } = useTranslation();
  const [sort, setSort] = useState('name');
  const owner = (row: Row) => (row.mine ? t('own.me') : (row.owner?.name ?? t('common.somebody')));
  const name = (row: Row) => link(row, { className: classes.name, onClick: (event) => event.stopPropagation() });
  const columns: Column<Row>[] = [
    { key: 'name', title: t('own.name'), sortable: true, render: name },
    ...before.map((fact) => ({ ...fact, sortable: true })),
    { key: 'owner', title: t('own.owner'), width: 190, sortable: true, render: owner },
    { key: 'share', title: t('own.share.column'), width: 180, sortable: true, render: (row) => <SharedWith of={row} /> },
    ...after.map((fact) => ({ ...fact, sortable: true })),
  ];
  const order = {
    name: (row: Row) => row.name,
    owner,
    share: (row: Row) => Number(row.everybody) * 2 + Number(row.team_id !== null),
    ...Object.fromEntries([...before, ...after].map((fact) => [fact.key, fact.order])),
  };
  return (
    <List
      label={label}
      found={wholeList(query.data && sorted(query.data, sort, order), query)}
      columns={columns}
      sort={sort}
      onSort={setSort}
      onOpen={onOpen}
      card={(row) => (
        <div className={classes.card}>
          <Group justify="space-between" wrap="nowrap">
            {name(row)}
            <SharedWith of={row} />
          </Group>
          <Text size="xs" c="dimmed">
            {line(row, owner(row)).join(' · ')}
          </Text>
        </div>
      )}
      empty={empty}
    />
  );
}
