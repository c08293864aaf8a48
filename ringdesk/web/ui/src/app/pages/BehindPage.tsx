import { Button } from '@mantine/core';
import { IconArrowLeft, IconPhoneOff } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { CallsList } from '@/features/calls/CallsList';
import { behindQuery } from '@/features/statistics/api/behind';
import { catalogueQuery } from '@/features/statistics/api/catalogue';
import { dayIn, plusDays } from '@/features/statistics/period';
import { filtersFor, type StatSearch } from '@/features/statistics/search';
import { useValues } from '@/features/statistics/values';
import { rowsOf } from '@/shared/list/pages';
import { Page } from '@/shared/ui/Page';
import { Nothing } from '@/shared/ui/States';
import { Surface } from '@/shared/ui/Surface';

const route = getRouteApi('/signed-in/statistics/$report/calls');

/** Exactly the calls that a number counts; each leads to its page, and from there to its recording. */
export function BehindPage() {
  const { t } = useTranslation();
  const { report } = route.useParams();
  const search = route.useSearch();
  const router = useRouter();
  const { data: catalogue } = useQuery(catalogueQuery);
  const zone = search.timezone ?? catalogue?.timezone ?? 'UTC';
  const values = useValues(zone);
  const found = rowsOf(useInfiniteQuery(behindQuery(report, search)));
  const item = catalogue?.items.find((one) => one.name === report);
  const measure = item?.measures.find((one) => one.name === search.measure)?.label ?? search.measure;
  const period = periodOf(search.from, search.to, values);
  // Back to where one came from, with its place on the page; from a link of somebody's, to the report of these days.
  const came = router.history.canGoBack();
  const back: StatSearch = {
    ...filtersFor(search as StatSearch, item?.filters ?? []),
    timezone: search.timezone ?? undefined,
    ...daysOf(search.from, search.to, zone),
  };
  return (
    <Page
      title={search.title ?? measure}
      hint={[item?.title, period].filter(Boolean).join(' · ')}
      actions={
        <Button
          variant="default"
          leftSection={<IconArrowLeft size={16} />}
          renderRoot={(props) => (
            <Link
              {...props}
              to={report === 'overview' ? '/statistics' : '/statistics/$report'}
              params={{ report }}
              search={back}
              onClick={(event) => {
                if (!came) return;
                event.preventDefault();
                router.history.back();
              }}
            />
          )}
        >
          {t('statistics.behind.back')}
        </Button>
      }
    >
      <Surface flush label={t('statistics.behind.title')}>
        <CallsList
          found={found}
          pages
          empty={
            <Nothing icon={<IconPhoneOff stroke={1.5} />} title={t('statistics.behind.none')} hint={t('statistics.behind.noneHint')} />
          }
        />
      </Surface>
    </Page>
  );
}

const DAY = /^\d{4}-\d\d-\d\d$/;

function periodOf(from: string, to: string, values: ReturnType<typeof useValues>): string {
  if (Number.isNaN(Date.parse(from)) || Number.isNaN(Date.parse(to))) return '';
  // Days stand for themselves: noon of them is the same day in every zone but a few.
  if (DAY.test(from) && DAY.test(to)) return values.period(`${from}T12:00:00Z`, `${plusDays(to, -1)}T12:00:00Z`);
  return `${values.withZone(from)} – ${values.withZone(to)}`;
}

function daysOf(from: string, to: string, zone: string): StatSearch {
  if (Number.isNaN(Date.parse(from)) || Number.isNaN(Date.parse(to))) return {};
  if (DAY.test(from) && DAY.test(to)) return { from, to: plusDays(to, -1) };
  return { from: dayIn(zone, from), to: dayIn(zone, Date.parse(to) - 1) };
}
