import { MultiSelect, Select, Text } from '@mantine/core';
import { IconReportOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { CatalogueItem } from '@/features/statistics/api/catalogue';
import { type Report, reportQuery } from '@/features/statistics/api/report';
import { ReportChart } from '@/features/statistics/charts/ReportChart';
import { drawnOf, measuresOf, usualSort } from '@/features/statistics/charts/series';
import { ExportMenu } from '@/features/statistics/ExportMenu';
import { Figures } from '@/features/statistics/Figures';
import { FilterBar } from '@/features/statistics/FilterBar';
import { Frame } from '@/features/statistics/Frame';
import { Notes } from '@/features/statistics/Notes';
import { PeriodLine } from '@/features/statistics/PeriodLine';
import { ReportNav } from '@/features/statistics/ReportNav';
import { ReportTable } from '@/features/statistics/ReportTable';
import { fixed, type StatSearch } from '@/features/statistics/search';
import { useStat } from '@/features/statistics/useStat';
import { Page } from '@/shared/ui/Page';
import { Failed, Loading, Nothing } from '@/shared/ui/States';
import { Surface } from '@/shared/ui/Surface';

const route = getRouteApi('/signed-in/statistics/$report/');
const LARGE = 6; // figures over the chart; all of them are in the table

/** One standard report: its figures, a picture and a table of the same, and the way down to the calls. */
export function ReportPage() {
  const { t } = useTranslation();
  const router = useRouter();
  const { report: name } = route.useParams();
  const search = route.useSearch();
  const stat = useStat(name, search);
  const { catalogue, item, ready } = stat;
  const link =
    ready && router.buildLocation({ to: '/statistics/$report', params: { report: name }, search: fixed(search, ready.days) }).href;
  return (
    <Page
      title={item?.title ?? t('statistics.title')}
      hint={item?.help}
      actions={ready && <ExportMenu report={name} query={ready.query} link={link ?? undefined} />}
    >
      {catalogue.data && <ReportNav items={catalogue.data.items} search={search} />}
      {catalogue.error && (
        <Surface>
          <Failed error={catalogue.error} onRetry={() => void catalogue.refetch()} />
        </Surface>
      )}
      {catalogue.isPending && <Loading lines={8} height={24} />}
      {catalogue.data && !item && (
        <Nothing icon={<IconReportOff stroke={1.5} />} title={t('statistics.unknown')} hint={t('statistics.unknownHint')} />
      )}
      {item && ready && <Shown key={name} item={item} search={search} ready={ready} />}
    </Page>
  );
}

interface ShownProps {
  item: CatalogueItem;
  search: StatSearch;
  ready: NonNullable<ReturnType<typeof useStat>['ready']>;
}

function Shown({ item, search, ready }: ShownProps) {
  const { t } = useTranslation();
  const navigate = route.useNavigate();
  const query = useQuery(reportQuery(item.name, ready.query));
  const change = (by: Partial<StatSearch>) => void navigate({ search: (now) => ({ ...now, ...by }), replace: true, resetScroll: false });
  const drawn = (report: Report) => drawnOf(report, search.show);
  return (
    <>
      <FilterBar
        search={search}
        onChange={change}
        zone={ready.zone}
        firstDay={ready.firstDay}
        known={item.filters}
        intervals={ready.intervals}
        interval={ready.interval}
      >
        <Split item={item} value={search.dimensions} onChange={(dimensions) => change({ dimensions, show: undefined, sort: undefined })} />
        <Chosen item={item} value={search.measures} onChange={(measures) => change({ measures, show: undefined, sort: undefined })} />
      </FilterBar>
      {query.data && <PeriodLine report={query.data} />}
      {query.data && <Notes report={query.data} />}
      {query.data && (
        <Figures
          report={query.data}
          query={ready.query}
          names={measuresOf(query.data)
            .slice(0, LARGE)
            .map((measure) => measure.name)}
          label={item.title}
        />
      )}
      <Frame query={query} lines={8} label={t('statistics.chart.label')}>
        {(report) => (
          <ReportChart
            report={report}
            measures={[drawn(report) ?? '']}
            height={320}
            aside={
              <Select
                size="xs"
                aria-label={t('statistics.chart.measure')}
                allowDeselect={false}
                data={measuresOf(report).map((measure) => ({ value: measure.name, label: measure.label }))}
                value={drawn(report) ?? null}
                onChange={(show) => change({ show: show ?? undefined })}
                w={190}
              />
            }
          />
        )}
      </Frame>
      <Frame query={query} flush lines={8} label={item.title}>
        {(report) => (
          <ReportTable
            report={report}
            query={ready.query}
            sort={search.sort ?? usualSort(report)}
            onSort={(sort) => change({ sort })}
            stale={query.isPlaceholderData}
          />
        )}
      </Frame>
      <Text size="xs" c="dimmed">
        {t('statistics.read')}
      </Text>
    </>
  );
}

interface ChoiceProps {
  item: CatalogueItem;
  value: string[] | undefined;
  onChange: (value: string[] | undefined) => void;
}

/** What the rows are of. */
function Split({ item, value, onChange }: ChoiceProps) {
  const { t } = useTranslation();
  if (item.dimensions.length < 2) return null;
  return (
    <MultiSelect
      aria-label={t('statistics.split.label')}
      placeholder={value ? undefined : t('statistics.split.usual')}
      data={item.dimensions.map((dimension) => ({ value: dimension.name, label: dimension.label }))}
      value={value ?? []}
      onChange={(chosen) => onChange(chosen.length ? chosen : undefined)}
      maxValues={2}
      clearable
      clearButtonProps={{ 'aria-label': t('common.clear') }}
      w={150}
    />
  );
}

/** Which figures are shown, in the order of the catalogue. */
function Chosen({ item, value, onChange }: ChoiceProps) {
  const { t } = useTranslation();
  const order = item.measures.map((measure) => measure.name);
  return (
    <MultiSelect
      aria-label={t('statistics.figures.label')}
      placeholder={value ? undefined : t('statistics.figures.hint')}
      data={item.measures.map((measure) => ({ value: measure.name, label: measure.label }))}
      value={value ?? []}
      onChange={(chosen) => onChange(chosen.length ? order.filter((name) => chosen.includes(name)) : undefined)}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': t('common.clear') }}
      hidePickedOptions
      w={150}
    />
  );
}
