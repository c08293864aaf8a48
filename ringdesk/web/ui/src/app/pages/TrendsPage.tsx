import { Button, Group, SegmentedControl, Select, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queuesQuery } from '@/features/queues/api/queues';
import { useMay } from '@/features/session/rights';
import { topicsQuery } from '@/features/trends/api/topics';
import { trendsQuery } from '@/features/trends/api/trends';
import { mostTelling, toggled } from '@/features/trends/lines';
import { SPANS, type TrendSearch, USUAL_SPAN } from '@/features/trends/search';
import { TopicList } from '@/features/trends/TopicList';
import { TrendChart } from '@/features/trends/TrendChart';
import { NoTrends, TrendTable } from '@/features/trends/TrendTable';
import { wholeList } from '@/shared/list/sorting';
import { Page } from '@/shared/ui/Page';
import { Loading } from '@/shared/ui/States';
import { Surface } from '@/shared/ui/Surface';

const route = getRouteApi('/signed-in/quality/trends');

/** What customers and agents speak of more, and less, than before. */
export function TrendsPage() {
  const { t } = useTranslation();
  const may = useMay();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [making, setMaking] = useState(false);
  const change = (by: Partial<TrendSearch>) => void navigate({ search: (now) => ({ ...now, ...by }), replace: true, resetScroll: false });
  const view = search.view ?? 'rising';
  const begin = may('scorecards.manage') && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
      {t('trends.topics.new')}
    </Button>
  );
  return (
    <Page title={t('trends.title')} hint={t('trends.hint')} actions={view === 'topics' ? begin : undefined}>
      <Group gap="sm">
        <SegmentedControl
          aria-label={t('trends.view.label')}
          value={view}
          onChange={(value) => change({ view: value === 'rising' ? undefined : value })}
          data={(['rising', 'phrases', 'topics'] as const).map((value) => ({ value, label: t(`trends.view.${value}`) }))}
        />
        {view !== 'topics' && <Span search={search} onChange={change} />}
      </Group>
      {view === 'topics' ? (
        <Surface flush label={t('trends.topics.title')}>
          <TopicList making={making} onMade={() => setMaking(false)} begin={begin} />
        </Surface>
      ) : (
        <Moving key={view} search={search} onTopics={() => change({ view: 'topics' })} />
      )}
    </Page>
  );
}

interface PartProps {
  search: TrendSearch;
  onChange: (change: Partial<TrendSearch>) => void;
}

function Span({ search, onChange }: PartProps) {
  const { t } = useTranslation();
  const { data: queues } = useQuery(queuesQuery);
  return (
    <>
      <Select
        aria-label={t('trends.span')}
        allowDeselect={false}
        data={SPANS.map((weeks) => ({ value: String(weeks), label: t('trends.weeks', { count: weeks }) }))}
        value={String(search.weeks ?? USUAL_SPAN)}
        onChange={(value) => onChange({ weeks: Number(value) === USUAL_SPAN ? undefined : Number(value) })}
        w={140}
      />
      <Select
        aria-label={t('calls.filter.queue')}
        placeholder={t('calls.filter.queue')}
        data={queues?.map((queue) => queue.name) ?? []}
        value={search.queue ?? null}
        onChange={(value) => onChange({ queue: value ?? undefined })}
        clearable
        clearButtonProps={{ 'aria-label': t('common.clear') }}
        searchable
        w={160}
      />
    </>
  );
}

function Moving({ search, onTopics }: { search: TrendSearch; onTopics: () => void }) {
  const { t } = useTranslation();
  const phrases = search.view === 'phrases';
  const query = useQuery(trendsQuery({ kind: phrases ? 'phrases' : 'topics', weeks: search.weeks ?? USUAL_SPAN, queue: search.queue }));
  const { data: topics } = useQuery(topicsQuery);
  const [chosen, choose] = useState<string[] | null>(null);
  const trends = query.data;
  const names = trends?.rows.map((row) => row.name) ?? [];
  const shown = (chosen ?? mostTelling(trends?.rows ?? [])).filter((name) => names.includes(name));
  const none = phrases ? (
    <NoTrends title={t('trends.noPhrases')} hint={t('trends.noPhrasesHint')} />
  ) : topics?.length === 0 ? (
    <NoTrends title={t('trends.topics.none')} hint={t('trends.topics.noneHint')}>
      <Button variant="default" size="xs" onClick={onTopics}>
        {t('trends.toTopics')}
      </Button>
    </NoTrends>
  ) : (
    <NoTrends title={t('trends.none')} hint={t('trends.noneHint')} />
  );
  return (
    <>
      {!trends && !query.error && (
        <Surface>
          <Loading lines={8} height={24} />
        </Surface>
      )}
      {trends && shown.length > 0 && (
        <Surface>
          <TrendChart trends={trends} shown={shown} />
        </Surface>
      )}
      <Surface flush label={t('trends.title')}>
        <TrendTable
          found={wholeList(trends?.rows, query)}
          topics={topics ?? []}
          from={trends?.weeks[0]}
          queue={search.queue}
          shown={shown}
          onToggle={(name) => choose(toggled(shown, name))}
          empty={none}
        />
      </Surface>
      {names.length > 0 && (
        <Text size="xs" c="dimmed" maw="52rem">
          {t('trends.read')}
        </Text>
      )}
    </>
  );
}
