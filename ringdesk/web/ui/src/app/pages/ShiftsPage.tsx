import { ActionIcon, Box, Button, Drawer, Group, Select, Text } from '@mantine/core';
import { IconCalendarPlus, IconChevronLeft, IconChevronRight, IconUsers } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { agentsQuery } from '@/features/people/api/agents';
import { teamsQuery } from '@/features/people/api/teams';
import { seesAll, useMe } from '@/features/session/rights';
import { catalogueQuery } from '@/features/statistics/api/catalogue';
import { dayIn, plusDays } from '@/features/statistics/period';
import { shiftsQuery, usePlan } from '@/features/statistics/shifts/api/shifts';
import { DayForm } from '@/features/statistics/shifts/DayForm';
import type { ShiftSearch } from '@/features/statistics/shifts/search';
import { daysOfWeek, planOf, shifted } from '@/features/statistics/shifts/week';
import { type Planned, WeekPlan } from '@/features/statistics/shifts/WeekPlan';
import { mondayOf, momentIn } from '@/features/statistics/shifts/zone';
import { pbxNow } from '@/shared/time/clock';
import { useFormats } from '@/shared/time/format';
import { Confirm } from '@/shared/ui/Confirm';
import { Page } from '@/shared/ui/Page';
import { useTellProblem } from '@/shared/ui/problems';
import { Failed, Loading, Nothing } from '@/shared/ui/States';
import { Surface } from '@/shared/ui/Surface';

const route = getRouteApi('/signed-in/statistics/shifts');

/** When people are meant to work, week by week. */
export function ShiftsPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data: catalogue, error, refetch } = useQuery(catalogueQuery);
  const change = (by: Partial<ShiftSearch>) => void navigate({ search: (now) => ({ ...now, ...by }), replace: true, resetScroll: false });
  return (
    <Page title={t('shifts.title')} hint={t('shifts.hint')}>
      {catalogue ? (
        <Week zone={catalogue.timezone} search={search} onChange={change} />
      ) : (
        <Surface>{error ? <Failed error={error} onRetry={() => void refetch()} /> : <Loading lines={8} height={28} />}</Surface>
      )}
    </Page>
  );
}

interface WeekProps {
  zone: string;
  search: ShiftSearch;
  onChange: (by: Partial<ShiftSearch>) => void;
}

function Week({ zone, search, onChange }: WeekProps) {
  const { t } = useTranslation();
  const today = dayIn(zone, pbxNow());
  const monday = mondayOf(search.week ?? today);
  const days = daysOfWeek(monday);
  const query = useQuery(shiftsQuery({ since: momentIn(zone, monday), until: momentIn(zone, plusDays(monday, 7)) }));
  const agents = useAgents(search.team);
  const [open, setOpen] = useState<{ agent: Planned; day: string } | null>(null);
  const plan = planOf(query.data ?? [], zone);
  const planned = agents.rows?.some((agent) => plan.has(agent.id)) ?? false;
  return (
    <>
      <Group justify="space-between" gap="sm">
        <Group gap="sm">
          <WeekSwitch monday={monday} today={today} onChange={onChange} />
          <TeamSelect team={search.team} onChange={onChange} />
        </Group>
        <CopyWeek zone={zone} monday={monday} agents={agents.rows ?? []} planned={planned} />
      </Group>
      <Surface flush label={t('shifts.title')}>
        {query.error || agents.error ? (
          <Failed error={query.error ?? agents.error} onRetry={() => void query.refetch()} />
        ) : !query.data || !agents.rows ? (
          <Box p="md">
            <Loading lines={8} height={28} />
          </Box>
        ) : agents.rows.length === 0 ? (
          <Nothing icon={<IconUsers stroke={1.5} />} title={t('shifts.nobody')} hint={t('shifts.nobodyHint')} />
        ) : (
          <div aria-busy={query.isPlaceholderData}>
            <WeekPlan agents={agents.rows} days={days} today={today} plan={plan} onOpen={(agent, day) => setOpen({ agent, day })} />
          </div>
        )}
      </Surface>
      <Text size="xs" c="dimmed" maw="52rem">
        {t('shifts.read', { zone })}
      </Text>
      <Drawer opened={open !== null} onClose={() => setOpen(null)} position="right" size={480} title={open?.agent.name}>
        {open && (
          <DayForm
            key={`${open.agent.id} ${open.day}`}
            agent={open.agent}
            day={open.day}
            days={days}
            pieces={plan.get(open.agent.id)?.get(open.day) ?? []}
            zone={zone}
            onSaved={() => setOpen(null)}
          />
        )}
      </Drawer>
    </>
  );
}

/** Agents that one supervises, of one team if that is chosen. */
function useAgents(team: number | undefined): { rows: Planned[] | undefined; error: unknown } {
  const me = useMe();
  const agents = useQuery(agentsQuery);
  const { data: teams } = useQuery(teamsQuery);
  const members = (id: number) => teams?.find((found) => found.id === id)?.members ?? [];
  const seen = seesAll(me) ? null : new Set(me.teams.flatMap(members));
  const rows = agents.data
    ?.filter(({ id }) => (seen === null || seen.has(id)) && (team === undefined || members(team).includes(id)))
    .map(({ id, name }) => ({ id, name }))
    .sort((a, b) => a.name.localeCompare(b.name));
  return { rows: teams && rows, error: agents.data ? null : agents.error };
}

interface SwitchProps {
  monday: string;
  today: string;
  onChange: (by: Partial<ShiftSearch>) => void;
}

function WeekSwitch({ monday, today, onChange }: SwitchProps) {
  const { t } = useTranslation();
  const format = useFormats();
  const now = mondayOf(today);
  const go = (week: string) => onChange({ week: week === now ? undefined : week });
  const name = (day: string) => format.dayAndMonth(`${day}T12:00:00`);
  return (
    <Group gap={4} wrap="nowrap">
      <ActionIcon size={36} variant="default" aria-label={t('shifts.before')} onClick={() => go(plusDays(monday, -7))}>
        <IconChevronLeft size={18} />
      </ActionIcon>
      <Text fw={600} size="sm" miw={130} ta="center" aria-live="polite">
        {t('shifts.week', { from: name(monday), to: name(plusDays(monday, 6)) })}
      </Text>
      <ActionIcon size={36} variant="default" aria-label={t('shifts.after')} onClick={() => go(plusDays(monday, 7))}>
        <IconChevronRight size={18} />
      </ActionIcon>
      {monday !== now && (
        <Button variant="subtle" size="compact-sm" onClick={() => go(now)}>
          {t('shifts.now')}
        </Button>
      )}
    </Group>
  );
}

function TeamSelect({ team, onChange }: { team: number | undefined; onChange: (by: Partial<ShiftSearch>) => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const { data: teams } = useQuery(teamsQuery);
  const mine = teams?.filter(({ id }) => seesAll(me) || me.teams.includes(id));
  if (!mine?.length) return null;
  return (
    <Select
      w={180}
      clearable
      clearButtonProps={{ 'aria-label': t('common.clear') }}
      aria-label={t('floor.team')}
      placeholder={t('floor.allTeams')}
      data={mine.map((found) => ({ value: String(found.id), label: found.name }))}
      value={team === undefined ? null : String(team)}
      onChange={(id) => onChange({ team: id === null ? undefined : Number(id) })}
    />
  );
}

interface CopyProps {
  zone: string;
  monday: string;
  agents: Planned[];
  /** Something stands in the week already. */
  planned: boolean;
}

/** The plan of the week before for these agents. */
function CopyWeek({ zone, monday, agents, planned }: CopyProps) {
  const { t } = useTranslation();
  const tell = useTellProblem();
  const plan = usePlan();
  const [asking, setAsking] = useState(false);
  const before = { since: momentIn(zone, plusDays(monday, -7)), until: momentIn(zone, monday) };
  const { data: last } = useQuery(shiftsQuery(before));
  const ids = agents.map(({ id }) => id);
  const shifts = shifted(last?.filter(({ agent }) => agent.id !== null && ids.includes(agent.id)) ?? [], 7, zone);
  const copy = () =>
    plan.mutate(
      { since: momentIn(zone, monday), until: momentIn(zone, plusDays(monday, 7)), agents: ids, shifts },
      { onSuccess: () => setAsking(false), onError: tell },
    );
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconCalendarPlus size={16} />}
        disabled={shifts.length === 0}
        loading={plan.isPending}
        onClick={() => (planned ? setAsking(true) : copy())}
      >
        {t('shifts.copy')}
      </Button>
      <Confirm
        opened={asking}
        title={t('shifts.copyTitle')}
        text={t('shifts.copyText', { count: agents.length })}
        action={t('shifts.copyAction')}
        danger
        working={plan.isPending}
        onClose={() => setAsking(false)}
        onConfirm={copy}
      />
    </>
  );
}
