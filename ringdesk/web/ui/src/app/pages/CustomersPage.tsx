import { Button, Chip, Group, SegmentedControl } from '@mantine/core';
import { IconPlus, IconUsers, IconX } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { type CustomerFilter, type CustomerSort, customersQuery } from '@/features/customers/api/customers';
import { CustomersList } from '@/features/customers/CustomersList';
import { useMay } from '@/features/session/rights';
import { useShortcut } from '@/shared/keys/shortcuts';
import { rowsOf } from '@/shared/list/pages';
import { SearchField } from '@/shared/list/SearchField';
import { Page } from '@/shared/ui/Page';
import { Nothing } from '@/shared/ui/States';
import { Surface } from '@/shared/ui/Surface';

const route = getRouteApi('/signed-in/customers/');

export function CustomersPage() {
  const { t } = useTranslation();
  const may = useMay();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const input = useRef<HTMLInputElement>(null);
  useShortcut('search', () => input.current?.focus());
  const found = rowsOf(useInfiniteQuery(customersQuery({ ...search, sort: search.sort ?? 'best' })));
  const change = (by: CustomerFilter) => void navigate({ search: (now) => ({ ...now, ...by }), replace: true });
  const filtered = Boolean(search.q || search.tag || search.kind);
  return (
    <Page
      title={t('customers.title')}
      actions={
        <>
          {may('customers.merge') && (
            <Button variant="default" renderRoot={(props) => <Link {...props} to="/customers/duplicates" />}>
              {t('customers.duplicates.title')}
            </Button>
          )}
          {may('customers.write') && (
            <Button leftSection={<IconPlus size={16} />} renderRoot={(props) => <Link {...props} to="/customers/new" />}>
              {t('customers.new')}
            </Button>
          )}
        </>
      }
    >
      <Group gap="sm">
        <SearchField
          ref={input}
          aria-label={t('customers.search')}
          placeholder={t('customers.searchHint')}
          value={search.q ?? ''}
          onSearch={(q) => change({ q: q.trim() || undefined })}
          flex="1 1 16rem"
          maw={420}
        />
        <SegmentedControl
          aria-label={t('customers.kind.label')}
          value={search.kind ?? 'all'}
          onChange={(kind) => change({ kind: kind === 'all' ? undefined : kind })}
          data={[
            { value: 'all', label: t('customers.kind.all') },
            { value: 'person', label: t('customers.kind.persons') },
            { value: 'company', label: t('customers.kind.companies') },
          ]}
        />
        {search.tag && (
          <Chip checked icon={<IconX size={12} />} onChange={() => change({ tag: undefined })}>
            {t('customers.tagged', { tag: search.tag })}
          </Chip>
        )}
      </Group>
      <Surface flush label={t('customers.title')}>
        <CustomersList
          found={found}
          sort={search.sort ?? 'name'}
          onSort={(sort) => change({ sort: sort as CustomerSort })}
          onTag={(tag) => change({ tag })}
          empty={
            filtered ? (
              <Nothing icon={<IconUsers stroke={1.5} />} title={t('customers.noneFound')} hint={t('customers.noneFoundHint')} />
            ) : (
              <Nothing icon={<IconUsers stroke={1.5} />} title={t('customers.none')} hint={t('customers.noneHint')} />
            )
          }
        />
      </Surface>
    </Page>
  );
}
