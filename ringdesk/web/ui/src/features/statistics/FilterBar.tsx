import { Badge, Button, Group, MultiSelect, Popover, Select, Stack, Switch, TagsInput, TextInput } from '@mantine/core';
import { IconAdjustmentsHorizontal, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { agentsEverQuery } from '@/features/people/api/agents';
import { teamsEverQuery } from '@/features/people/api/teams';
import type { Interval } from './api/report';
import { targetsQuery } from './api/targets';
import classes from './FilterBar.module.css';
import { PeriodPicker } from './PeriodPicker';
import { choices, DIRECTIONS, filtersFor, GROUPS, type StatFilters, type StatSearch } from './search';

interface Props {
  search: StatSearch;
  onChange: (change: Partial<StatSearch>) => void;
  /** The company's. */
  zone: string;
  firstDay?: string | null;
  /** Which filters the report knows: queue, agent, team, number, direction, tag, group. */
  known: string[];
  /** The intervals to choose from; without them there is no choice. */
  intervals?: Interval[];
  interval?: Interval;
  /** `always`: there is nothing to choose, the page is the comparison. */
  comparing?: 'always';
  /** Another zone than the company's may be chosen. */
  zoned?: boolean;
  children?: ReactNode;
}

/** Everything a report is narrowed by. It lives in the address: a link shows exactly this view. */
export function FilterBar({ search, onChange, zone, firstDay, known, intervals, interval, comparing, zoned = true, children }: Props) {
  const { t } = useTranslation();
  const shownZone = search.timezone ?? zone;
  const active = Object.keys(filtersFor(search, known)).length + (search.timezone && search.timezone !== zone ? 1 : 0);
  return (
    <Group gap="xs" className={classes.bar} role="group" aria-label={t('statistics.filter.label')}>
      <PeriodPicker value={search} onChange={onChange} zone={shownZone} firstDay={firstDay} />
      {intervals && intervals.length > 1 && (
        <Select
          aria-label={t('statistics.interval.label')}
          allowDeselect={false}
          data={intervals.map((value) => ({ value, label: t(`statistics.interval.${value}`) }))}
          value={interval ?? null}
          onChange={(value) => onChange({ interval: value ?? undefined })}
          w={140}
        />
      )}
      {known.includes('queue') && <Queues value={search.queue} onChange={(queue) => onChange({ queue })} />}
      <Popover position="bottom-end" shadow="md" width={320} trapFocus returnFocus>
        <Popover.Target>
          <Button
            variant="default"
            fw={450}
            leftSection={<IconAdjustmentsHorizontal size={16} />}
            rightSection={
              active > 0 && (
                <Badge size="sm" variant="filled" color="accent" circle>
                  {active}
                </Badge>
              )
            }
            aria-label={active > 0 ? t('statistics.filter.count', { count: active }) : undefined}
          >
            {t('statistics.filter.more')}
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <More search={search} onChange={onChange} known={known} zone={zone} zoned={zoned} />
        </Popover.Dropdown>
      </Popover>
      {children}
      {comparing !== 'always' && (
        <Switch
          size="sm"
          label={t('statistics.filter.compare')}
          checked={search.compare !== false}
          onChange={(event) => onChange({ compare: event.currentTarget.checked ? undefined : false })}
          className={classes.compare}
        />
      )}
      {active > 0 && (
        <Button variant="subtle" color="gray" leftSection={<IconX size={14} />} onClick={() => onChange(CLEARED)}>
          {t('common.clearFilters')}
        </Button>
      )}
    </Group>
  );
}

const CLEARED: StatFilters & { timezone: undefined } = {
  queue: undefined,
  agent: undefined,
  team: undefined,
  number: undefined,
  direction: undefined,
  tag: undefined,
  group: undefined,
  timezone: undefined,
};

function Queues({ value, onChange }: { value: string[] | undefined; onChange: (queues: string[] | undefined) => void }) {
  const { t } = useTranslation();
  const { data } = useQuery(targetsQuery);
  return (
    <MultiSelect
      aria-label={t('statistics.filter.queue')}
      placeholder={value?.length ? undefined : t('statistics.filter.queues')}
      data={[...new Set([...(data?.queues ?? []), ...(value ?? [])])]}
      value={value ?? []}
      onChange={(queues) => onChange(queues.length ? queues : undefined)}
      searchable
      nothingFoundMessage={t('common.noMatch')}
      w={180}
    />
  );
}

/** What is asked for more rarely. */
function More({ search, onChange, known, zone, zoned }: Pick<Props, 'search' | 'onChange' | 'known' | 'zone' | 'zoned'>) {
  const { t } = useTranslation();
  const { data: agents } = useQuery({ ...agentsEverQuery, enabled: known.includes('agent') });
  const { data: teams } = useQuery({ ...teamsEverQuery, enabled: known.includes('team') });
  const ids = (chosen: string[]) => (chosen.length ? chosen.map(Number) : undefined);
  const many = {
    searchable: true,
    clearable: true,
    openOnFocus: false, // the first of them has the focus when the filters open
    clearButtonProps: { 'aria-label': t('common.clear') },
    comboboxProps: { withinPortal: false },
  };
  return (
    <Stack gap="sm">
      {known.includes('agent') && (
        <MultiSelect
          {...many}
          label={t('statistics.filter.agent')}
          placeholder={search.agent ? undefined : t('statistics.filter.agents')}
          data={choices(agents, t('statistics.filter.former'))}
          value={search.agent?.map(String) ?? []}
          onChange={(chosen) => onChange({ agent: ids(chosen) })}
        />
      )}
      {known.includes('team') && (
        <MultiSelect
          {...many}
          label={t('statistics.filter.team')}
          placeholder={search.team ? undefined : t('statistics.filter.teams')}
          data={choices(teams, t('statistics.filter.former'))}
          value={search.team?.map(String) ?? []}
          onChange={(chosen) => onChange({ team: ids(chosen) })}
        />
      )}
      {known.includes('number') && (
        <TagsInput
          label={t('statistics.filter.number')}
          placeholder={search.number ? undefined : t('statistics.filter.numberHint')}
          value={search.number ?? []}
          onChange={(numbers) => onChange({ number: numbers.length ? numbers : undefined })}
          maxLength={64}
          acceptValueOnBlur
          comboboxProps={{ withinPortal: false }}
        />
      )}
      {known.includes('direction') && (
        <One
          label={t('statistics.filter.direction')}
          any={t('statistics.filter.anyDirection')}
          data={DIRECTIONS.map((value) => ({ value, label: t(`calls.direction.${value}`) }))}
          value={search.direction}
          onChange={(direction) => onChange({ direction: direction as StatSearch['direction'] })}
        />
      )}
      {known.includes('group') && (
        <One
          label={t('statistics.filter.group')}
          any={t('statistics.filter.anyGroup')}
          data={GROUPS.map((value) => ({ value, label: t(`statistics.filter.groups.${value}`) }))}
          value={search.group}
          onChange={(group) => onChange({ group: group as StatSearch['group'] })}
        />
      )}
      {known.includes('tag') && <TagField value={search.tag} onChange={(tag) => onChange({ tag })} />}
      {zoned && (
        <One
          label={t('statistics.filter.zone')}
          any={t('statistics.filter.zoneCompany', { zone })}
          data={zones(zone)}
          value={search.timezone}
          onChange={(timezone) => onChange({ timezone })}
          searchable
        />
      )}
    </Stack>
  );
}

interface OneProps {
  label: string;
  any: string;
  data: (string | { value: string; label: string })[];
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  searchable?: boolean;
}

function One({ any, value, onChange, ...select }: OneProps) {
  const { t } = useTranslation();
  return (
    <Select
      {...select}
      placeholder={any}
      value={value ?? null}
      onChange={(chosen) => onChange(chosen ?? undefined)}
      clearable
      clearButtonProps={{ 'aria-label': t('common.clear') }}
      nothingFoundMessage={t('common.noMatch')}
      limit={60}
      comboboxProps={{ withinPortal: false }}
    />
  );
}

/** Asked for when it is left, not with every letter. */
function TagField({ value, onChange }: { value: string | undefined; onChange: (tag: string | undefined) => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(value ?? '');
  const done = () => onChange(typed.trim() || undefined);
  return (
    <TextInput
      label={t('statistics.filter.tag')}
      placeholder={t('statistics.filter.tagHint')}
      value={typed}
      maxLength={64}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={done}
      onKeyDown={(event) => event.key === 'Enter' && done()}
    />
  );
}

function zones(company: string): string[] {
  return ['UTC', ...Intl.supportedValuesOf('timeZone')].filter((zone, i, all) => zone !== company && all.indexOf(zone) === i);
}
