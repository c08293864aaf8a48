import { Badge, Group, Text } from '@mantine/core';
import { IconArrowDownRight, IconArrowUpRight, IconEqual } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { catalogueQuery } from '@/features/statistics/api/catalogue';
import { changesQuery, type Changes, type Mover } from '@/features/statistics/api/changes';
import classes from './ChangesPage.module.css';
import { FilterBar } from '@/features/statistics/FilterBar';
import { ReportNav } from '@/features/statistics/ReportNav';
import { shared, type StatSearch, toQuery } from '@/features/statistics/search';
import { plain, useValues, type Values } from '@/features/statistics/values';
import { pbxNow } from '@/shared/time/clock';
import { Page } from '@/shared/ui/Page';
import { Failed, Loading, Nothing } from '@/shared/ui/States';
import { Surface } from '@/shared/ui/Surface';

const route = getRouteApi('/signed-in/statistics/changes');
const KNOWN = ['queue', 'agent', 'team', 'number', 'direction', 'tag', 'group'];
const REPORT: Record<Mover['dimension'], string> = { house: 'overview', queue: 'queues', agent: 'agents', number: 'numbers' };

/** What changed against the period before: the largest movers, each with the way to its report. */
export function ChangesPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const catalogue = useQuery(catalogueQuery);
  const zone = catalogue.data?.timezone ?? 'UTC';
  const request = toQuery({ ...search, compare: false }, zone, pbxNow(), KNOWN, 'total');
  const query = useQuery({ ...changesQuery(request), enabled: catalogue.data !== undefined });
  const error = catalogue.error ?? query.error;
  return (
    <Page title={t('statistics.changes.title')} hint={t('statistics.changes.hint')}>
      {catalogue.data && <ReportNav items={catalogue.data.items} search={search} />}
      <FilterBar
        search={search}
        onChange={(by) => void navigate({ search: (now) => ({ ...now, ...by }), replace: true, resetScroll: false })}
        zone={zone}
        firstDay={catalogue.data?.first_day}
        known={KNOWN}
        comparing="always"
      />
      {query.data && <Compared changes={query.data} />}
      <Surface flush={query.data !== undefined && !error} label={t('statistics.changes.title')}>
        {error ? (
          <Failed error={error} onRetry={() => void (catalogue.error ? catalogue.refetch() : query.refetch())} />
        ) : !query.data ? (
          <Loading lines={8} height={24} />
        ) : query.data.movers.length === 0 ? (
          <Nothing icon={<IconEqual stroke={1.5} />} title={t('statistics.changes.none')} hint={t('statistics.changes.noneHint')} />
        ) : (
          <Movers changes={query.data} search={search} stale={query.isPlaceholderData} />
        )}
      </Surface>
    </Page>
  );
}

function Compared({ changes }: { changes: Changes }) {
  const { t } = useTranslation();
  const values = useValues(changes.timezone);
  return (
    <Text size="sm" c="dimmed">
      <Text span fw={600} c="var(--mantine-color-text)">
        {values.period(changes.from, changes.to)}
      </Text>{' '}
      {t('statistics.compared', { period: values.period(changes.before_from, changes.before_to) })}
    </Text>
  );
}

function Movers({ changes, search, stale }: { changes: Changes; search: StatSearch; stale: boolean }) {
  const { t } = useTranslation();
  const values = useValues(changes.timezone);
  return (
    <ol className={classes.movers} aria-label={t('statistics.changes.title')} aria-busy={stale}>
      {changes.movers.map((mover) => (
        <li key={`${mover.measure} ${mover.dimension} ${JSON.stringify(mover.key)}`} className={classes.mover}>
          <MoverLine mover={mover} values={values} search={search} />
        </li>
      ))}
    </ol>
  );
}

function MoverLine({ mover, values, search }: { mover: Mover; values: Values; search: StatSearch }) {
  const { t } = useTranslation();
  const Arrow = mover.change >= 0 ? IconArrowUpRight : IconArrowDownRight;
  const whose = mover.dimension === 'house' ? t('statistics.changes.house') : values.key(mover.key, { unit: mover.dimension }, 'total');
  const shown = (value: number | null) => (value === null ? t('statistics.noValue') : values.number(value, mover.unit));
  const difference = mover.before === null || mover.after === null ? null : values.difference(mover.after, mover.before, mover.unit);
  const tone = mover.improved === null ? 'gray' : mover.improved ? 'green' : 'red';
  const word = mover.improved === null ? 'neutral' : mover.improved ? 'improved' : 'worse';
  const target = { ...shared(search), ...narrowedTo(mover) };
  return (
    <>
      <span className={classes.arrow} data-tone={mover.improved === null ? 'offline' : mover.improved ? 'available' : 'bad'}>
        <Arrow size={20} role="img" aria-label={t(`statistics.change.${mover.change >= 0 ? 'up' : 'down'}`)} />
      </span>
      <div className={classes.text}>
        <Group gap="xs">
          <Link
            to={mover.dimension === 'house' ? '/statistics' : '/statistics/$report'}
            params={{ report: REPORT[mover.dimension] }}
            search={target}
            className={classes.name}
          >
            {t('statistics.changes.of', { measure: mover.label, key: whose })}
          </Link>
          <Badge color={tone}>{t(`statistics.changes.${word}`)}</Badge>
        </Group>
        <Text size="sm" c="dimmed">
          {[
            t('statistics.changes.from', { before: shown(mover.before), after: shown(mover.after) }),
            mover.because && t('statistics.changes.because', { queue: mover.because }),
          ]
            .filter(Boolean)
            .join(', ')}
        </Text>
      </div>
      {difference !== null && (
        <span className={classes.change}>
          {mover.unit === 'share' ? t('statistics.change.points', { points: difference }) : difference}
        </span>
      )}
    </>
  );
}

/** The filter that leaves only whom the change is of. */
function narrowedTo({ dimension, key }: Mover): StatSearch {
  const id = key !== null && typeof key === 'object' ? Number(key.id) : Number(key);
  if (dimension === 'queue') return { queue: [plain(key)] };
  if (dimension === 'number') return { number: [plain(key)] };
  return dimension === 'agent' && id > 0 ? { agent: [id] } : {};
}
