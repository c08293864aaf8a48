import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { queuesQuery } from '@/features/queues/api/queues';
import { SaidForm } from '@/features/said/SaidForm';
import { SaidExamples, SaidResults } from '@/features/said/SaidResults';
import { type SaidSearch, toSaidFilter } from '@/features/said/search';
import { useMay } from '@/features/session/rights';
import { useShortcut } from '@/shared/keys/shortcuts';
import { Page } from '@/shared/ui/Page';
import { Surface } from '@/shared/ui/Surface';

const route = getRouteApi('/signed-in/search/said');

export function SaidPage() {
  const { t } = useTranslation();
  const may = useMay();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const input = useRef<HTMLInputElement>(null);
  useShortcut('search', () => input.current?.focus());
  const { data: queues } = useQuery(queuesQuery);
  const today = new Date().toDateString();
  const filter = useMemo(() => toSaidFilter(search, new Date(today)), [search, today]);
  const change = (by: Partial<SaidSearch>) => void navigate({ search: (now) => ({ ...now, ...by }), replace: true });
  return (
    <Page title={t('said.title')} hint={may('quality') ? t('said.hint') : t('said.ownHint')}>
      <SaidForm
        inputRef={input}
        search={search}
        queues={queues?.map((queue) => queue.name) ?? []}
        agents={may('quality')}
        onChange={change}
        onClear={() => void navigate({ search: { q: search.q }, replace: true })}
      />
      <Surface flush label={t('said.results')}>
        {filter ? <SaidResults filter={filter} /> : <SaidExamples onTry={(example) => change(example)} />}
      </Surface>
    </Page>
  );
}
