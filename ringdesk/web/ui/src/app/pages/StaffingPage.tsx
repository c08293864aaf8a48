import { Group, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { catalogueQuery } from '@/features/statistics/api/catalogue';
import { targetsQuery } from '@/features/statistics/api/targets';
import type { PartProps } from '@/features/statistics/staffing/Assumptions';
import { Calculator } from '@/features/statistics/staffing/Calculator';
import { ForecastPart } from '@/features/statistics/staffing/ForecastPart';
import { Needs } from '@/features/statistics/staffing/Needs';
import { HORIZONS, SPANS, type StaffingSearch, STEPS, USUAL_HORIZON, USUAL_SPAN, VIEWS } from '@/features/statistics/staffing/search';
import { Choice } from '@/shared/ui/Choice';
import { Page } from '@/shared/ui/Page';
import { Failed, Loading } from '@/shared/ui/States';
import { Surface } from '@/shared/ui/Surface';

const route = getRouteApi('/signed-in/statistics/staffing');

/** How many agents it takes, and how many calls will come. */
export function StaffingPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data: catalogue, error, refetch } = useQuery(catalogueQuery);
  const change = (by: Partial<StaffingSearch>) =>
    void navigate({ search: (now) => ({ ...now, ...by }), replace: true, resetScroll: false });
  const view = search.view ?? 'needs';
  return (
    <Page title={t('staffing.title')} hint={t(`staffing.hint.${view}`)}>
      <Group gap="sm">
        <Choice
          label={t('staffing.viewLabel')}
          data={VIEWS.map((value) => ({ value, label: t(`staffing.view.${value}`) }))}
          value={view}
          onChange={(value) => change({ view: value === 'needs' ? undefined : value })}
        />
        {view !== 'calculator' && <Scope search={search} onChange={change} />}
      </Group>
      {view === 'calculator' ? (
        <Calculator search={search} onChange={change} />
      ) : view === 'forecast' ? (
        <ForecastPart search={search} />
      ) : catalogue ? (
        <Needs search={search} onChange={change} zone={catalogue.timezone} firstDay={catalogue.first_day} />
      ) : (
        <Surface>{error ? <Failed error={error} onRetry={() => void refetch()} /> : <Loading lines={8} height={28} />}</Surface>
      )}
    </Page>
  );
}

/** Of which queue, and of how much time. */
function Scope({ search, onChange }: PartProps) {
  const { t } = useTranslation();
  const { data: targets } = useQuery(targetsQuery);
  const forecast = search.view === 'forecast';
  const weeks = forecast ? (search.horizon ?? USUAL_HORIZON) : (search.weeks ?? USUAL_SPAN);
  const span = (value: number) => (forecast ? t('staffing.nextWeeks', { count: value }) : t('staffing.lastWeeks', { count: value }));
  return (
    <>
      <Select
        aria-label={t('calls.filter.queue')}
        placeholder={forecast ? t('staffing.allQueues') : t('staffing.chooseQueue')}
        data={targets?.queues ?? []}
        value={search.queue ?? null}
        onChange={(queue) => onChange({ queue: queue ?? undefined, day: undefined })}
        clearable={forecast}
        clearButtonProps={{ 'aria-label': t('common.clear') }}
        searchable
        w={180}
      />
      <Select
        aria-label={t('staffing.span')}
        allowDeselect={false}
        data={(forecast ? HORIZONS : SPANS).map((value) => ({ value: String(value), label: span(value) }))}
        value={String(weeks)}
        onChange={(value) => onChange(forecast ? { horizon: Number(value) } : { weeks: Number(value) })}
        w={170}
      />
      {!forecast && (
        <Select
          aria-label={t('staffing.step.label')}
          allowDeselect={false}
          data={STEPS.map((value) => ({ value, label: t(`staffing.step.${value}`) }))}
          value={search.step ?? '30m'}
          onChange={(value) => onChange({ step: STEPS.find((step) => step === value) })}
          w={150}
        />
      )}
    </>
  );
}
