import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { callsQuery } from '@/features/calls/api/calls';
import { CallFilters } from '@/features/calls/CallFilters';
import { CallsList } from '@/features/calls/CallsList';
import { type CallSearch, toFilter } from '@/features/calls/search';
import { queuesQuery } from '@/features/queues/api/queues';
import { useMay } from '@/features/session/rights';
import { rowsOf } from '@/shared/list/pages';
import { Page } from '@/shared/ui/Page';
import { Surface } from '@/shared/ui/Surface';
import { CallDrawer } from './CallDrawer';

const route = getRouteApi('/signed-in/calls/');

export function CallsPage() {
  const { t } = useTranslation();
  const may = useMay();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const today = new Date().toDateString();
  const filter = useMemo(() => toFilter(search, new Date(today)), [search, today]);
  const found = rowsOf(useInfiniteQuery(callsQuery(filter)));
  const { data: queues } = useQuery(queuesQuery);
  const change = (by: Partial<CallSearch>) => void navigate({ search: (now) => ({ ...now, ...by }), replace: true });
  return (
    <Page title={t('calls.title')} hint={may('floor') ? undefined : t('calls.own')}>
      <CallFilters
        search={search}
        queues={queues?.map((queue) => queue.name) ?? []}
        agents={may('floor')}
        onChange={change}
        onClear={() => void navigate({ search: { sort: search.sort }, replace: true })}
      />
      <Surface flush label={t('calls.title')}>
        <CallsList found={found} sort={search.sort ?? '-started_at'} onSort={(sort) => change({ sort: sort as CallSearch['sort'] })} />
      </Surface>
      <CallDrawer id={search.open} onClose={() => change({ open: undefined })} />
    </Page>
  );
}
