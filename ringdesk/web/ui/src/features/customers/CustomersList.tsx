import { Badge, Group, Text } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { usePersonName } from '@/features/people/usePersonName';
import { type Column, List } from '@/shared/list/List';
import type { Rows } from '@/shared/list/pages';
import { useFormats } from '@/shared/time/format';
import { Initials } from '@/shared/ui/Person';
import type { Customer } from './api/customers';
import classes from './CustomersList.module.css';
import { Tags } from './Tags';

interface Props {
  found: Rows<Customer>;
  sort: string;
  onSort: (sort: string) => void;
  onTag: (tag: string) => void;
  empty: ReactNode;
}

export function CustomersList({ found, sort, onSort, onTag, empty }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <List
      label={t('customers.title')}
      found={found}
      columns={useColumns(onTag)}
      card={(customer) => <CustomerCard customer={customer} />}
      sort={sort}
      onSort={onSort}
      onOpen={(customer) => void navigate({ to: '/customers/$customerId', params: { customerId: customer.id } })}
      empty={empty}
    />
  );
}

function useColumns(onTag: (tag: string) => void): Column<Customer>[] {
  const { t } = useTranslation();
  const format = useFormats();
  const nameOf = usePersonName();
  return [
    { key: 'name', title: t('customers.name'), sortable: true, render: (c) => <Name customer={c} /> },
    { key: 'number', title: t('customers.number'), width: 190, render: (c) => <First customer={c} /> },
    { key: 'tags', title: t('customers.tags'), width: 220, render: (c) => <Tags tags={c.tags} onTag={onTag} most={3} /> },
    { key: 'language', title: t('customers.language'), width: 110, render: (c) => (c.language ? format.language(c.language) : null) },
    { key: 'owner', title: t('customers.owner'), width: 150, render: (c) => nameOf(c.owner_id) },
    { key: 'updated_at', title: t('customers.updated'), width: 130, sortable: true, render: (c) => format.day(c.updated_at) },
  ];
}

function Name({ customer }: { customer: Customer }) {
  return (
    <Group gap="sm" wrap="nowrap">
      <Initials name={customer.name} company={customer.kind === 'company'} size={30} />
      <div className={classes.text}>
        <Link
          to="/customers/$customerId"
          params={{ customerId: customer.id }}
          className={classes.name}
          onClick={(event) => event.stopPropagation()}
        >
          {customer.name}
        </Link>
        {customer.company && (
          <Text size="xs" c="dimmed" truncate>
            {customer.company}
          </Text>
        )}
      </div>
    </Group>
  );
}

function First({ customer }: { customer: Customer }) {
  const [first, ...more] = customer.numbers;
  if (!first) return null;
  return (
    <Group gap={6} wrap="nowrap">
      <span className={classes.number}>{first.pretty}</span>
      {more.length > 0 && (
        <Badge size="sm" className={classes.more}>
          +{more.length}
        </Badge>
      )}
    </Group>
  );
}

function CustomerCard({ customer }: { customer: Customer }) {
  return (
    <Link to="/customers/$customerId" params={{ customerId: customer.id }} className={classes.card}>
      <Initials name={customer.name} company={customer.kind === 'company'} size={36} />
      <div className={classes.text}>
        <span className={classes.name}>{customer.name}</span>
        <Text size="xs" c="dimmed" truncate>
          {[customer.numbers[0]?.pretty, customer.company].filter(Boolean).join(' · ')}
        </Text>
        <Tags tags={customer.tags} most={3} />
      </div>
    </Link>
  );
}
