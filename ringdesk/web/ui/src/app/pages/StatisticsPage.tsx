import { SimpleGrid } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { reportQuery } from '@/features/statistics/api/report';
import { promised, targetsQuery } from '@/features/statistics/api/targets';
import { ReportChart } from '@/features/statistics/charts/ReportChart';
import { measuresOf } from '@/features/statistics/charts/series';
import { ExportMenu } from '@/features/statistics/ExportMenu';
import { Figures } from '@/features/statistics/Figures';
import { FilterBar } from '@/features/statistics/FilterBar';
import { Frame } from '@/features/statistics/Frame';
import { Notes } from '@/features/statistics/Notes';
import { PeriodLine } from '@/features/statistics/PeriodLine';
import { ReportNav } from '@/features/statistics/ReportNav';
import { ReportTable } from '@/features/statistics/ReportTable';
import { fixed, type StatSearch, toQuery } from '@/features/statistics/search';
import { Today } from '@/features/statistics/Today';
import { useStat } from '@/features/statistics/useStat';
import { pbxNow } from '@/shared/time/clock';
import { useFormats } from '@/shared/time/format';
import { Page } from '@/shared/ui/Page';
import { Failed, Loading } from '@/shared/ui/States';
import { Surface } from '@/shared/ui/Surface';

const route = getRouteApi('/signed-in/statistics/');
const LARGE = 12; // figures, two rows of them on a wide page
const OUTCOMES = ['answered', 'abandoned', 'overflowed'];

/** How the house is served: today as it happens, and the period that was chosen. */
export function StatisticsPage() {
  const { t } = useTranslation();
  const router = useRouter();
  const search = route.useSearch();
  const stat = useStat('overview', search, 'course');
  const { catalogue, ready } = stat;
  const link = ready && router.buildLocation({ to: '/statistics', search: fixed(search, ready.days) }).href;
  return (
    <Page
      title={t('statistics.title')}
      hint={t('statistics.hint')}
      actions={ready && <ExportMenu report="overview" query={ready.query} link={link ?? undefined} />}
    >
      {catalogue.data && <ReportNav items={catalogue.data.items} search={search} />}
      {catalogue.error && (
        <Surface>
          <Failed error={catalogue.error} onRetry={() => void catalogue.refetch()} />
        </Surface>
      )}
      {catalogue.isPending && <Loading lines={8} height={24} />}
      {ready && (
        <>
          <Today zone={ready.zone} />
          <Period search={search} stat={stat} />
        </>
      )}
    </Page>
  );
}

function Period({ search, stat: { catalogue, item, ready } }: { search: StatSearch; stat: ReturnType<typeof useStat> }) {
  const { t } = useTranslation();
  const navigate = route.useNavigate();
  const query = useQuery({ ...reportQuery('overview', ready?.query ?? { from: '', to: '' }), enabled: ready !== null });
  if (!ready || !item) return null;
  const change = (by: Partial<StatSearch>) => void navigate({ search: (now) => ({ ...now, ...by }), replace: true, resetScroll: false });
  return (
    <>
      <FilterBar
        search={search}
        onChange={change}
        zone={ready.zone}
        firstDay={ready.firstDay}
        known={item.filters}
        intervals={ready.intervals.filter((interval) => interval !== 'total' && interval !== 'weekday_hour')}
        interval={ready.interval}
      />
      {query.data && <PeriodLine report={query.data} />}
      {query.data && <Notes report={query.data} />}
      {query.data && (
        <Figures
          report={query.data}
          query={ready.query}
          // who waits now stands above
          names={measuresOf(query.data)
            .flatMap(({ name }) => (name === 'waiting' ? [] : [name]))
            .slice(0, LARGE)}
          label={t('statistics.overview.period')}
        />
      )}
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Frame query={query} lines={8} label={t('statistics.overview.calls')}>
          {(report) => <ReportChart report={report} measures={OUTCOMES} title={t('statistics.overview.calls')} />}
        </Frame>
        <Frame query={query} lines={8} label={t('statistics.overview.service')}>
          {(report) => <Service report={report} queues={search.queue} />}
        </Frame>
      </SimpleGrid>
      {catalogue.data?.items.some((one) => one.name === 'queues') && (
        <ByQueue search={search} zone={ready.zone} known={catalogue.data.items.find((one) => one.name === 'queues')?.filters ?? []} />
      )}
    </>
  );
}

/** The service level by time, beside what the queues that are shown promise. */
function Service({ report, queues }: { report: Parameters<typeof ReportChart>[0]['report']; queues: string[] | undefined }) {
  const { t } = useTranslation();
  const format = useFormats();
  const { data } = useQuery(targetsQuery);
  const target = data ? promised(data.items, queues) : null;
  return (
    <ReportChart
      report={report}
      measures={['service_level']}
      title={t('statistics.overview.service')}
      target={target === null ? undefined : { value: target, label: t('statistics.overview.target', { share: format.percent(target) }) }}
    />
  );
}

function ByQueue({ search, zone, known }: { search: StatSearch; zone: string; known: string[] }) {
  const { t } = useTranslation();
  const navigate = route.useNavigate();
  const request = toQuery(search, zone, pbxNow(), known, 'total');
  const query = useQuery(reportQuery('queues', request));
  return (
    <Frame query={query} flush title={t('statistics.overview.queues')} lines={6}>
      {(report) => (
        <ReportTable
          report={report}
          query={request}
          sort={search.sort ?? '-offered'}
          onSort={(sort) => void navigate({ search: (now) => ({ ...now, sort }), replace: true, resetScroll: false })}
          stale={query.isPlaceholderData}
        />
      )}
    </Frame>
  );
}
