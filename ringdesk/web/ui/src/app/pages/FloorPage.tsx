import { Select, SimpleGrid, Stack } from '@mantine/core';
import { IconHeadsetOff, IconUsers } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AgentRow } from '@/features/people/AgentRow';
import { type Agent, agentsQuery } from '@/features/people/api/agents';
import { teamsQuery } from '@/features/people/api/teams';
import type { PresenceState } from '@/features/presence/states';
import { queuesQuery } from '@/features/queues/api/queues';
import { QueueCard } from '@/features/queues/QueueCard';
import { seesAll, useMe } from '@/features/session/rights';
import { Page } from '@/shared/ui/Page';
import { Failed, Loading, Nothing } from '@/shared/ui/States';
import { Surface } from '@/shared/ui/Surface';
import classes from './FloorPage.module.css';

const LOOK_AGAIN = 10_000; // ms; live events tell of what one supervises, the PBX's members of everybody change too

export function FloorPage() {
  const { t } = useTranslation();
  return (
    <Page title={t('nav.floor')} hint={t('floor.hint')}>
      <div className={classes.columns}>
        <Queues />
        <Agents />
      </div>
    </Page>
  );
}

function Queues() {
  const { t } = useTranslation();
  const { data: queues, error, refetch } = useQuery({ ...queuesQuery, refetchInterval: LOOK_AGAIN });
  if (error && !queues)
    return (
      <Surface>
        <Failed error={error} onRetry={() => void refetch()} />
      </Surface>
    );
  if (!queues)
    return (
      <Surface>
        <Loading lines={6} height={24} />
      </Surface>
    );
  if (queues.length === 0) {
    return (
      <Surface>
        <Nothing icon={<IconHeadsetOff stroke={1.5} />} title={t('floor.noQueues')} hint={t('floor.noQueuesHint')} />
      </Surface>
    );
  }
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
      {queues.map((queue) => (
        <QueueCard key={queue.name} queue={queue} />
      ))}
    </SimpleGrid>
  );
}

const ORDER: PresenceState[] = ['talking', 'ringing', 'available', 'wrap_up', 'paused', 'offline'];

function Agents() {
  const { t } = useTranslation();
  const me = useMe();
  const { data: agents, error, refetch } = useQuery({ ...agentsQuery, refetchInterval: LOOK_AGAIN });
  const { data: teams } = useQuery(teamsQuery);
  const [team, setTeam] = useState<string | null>(null);
  const members = teams?.find((found) => String(found.id) === team)?.members;
  const shown = agents?.filter((a) => !members || members.includes(a.id)).sort(byState);
  const supervised = (agent: Agent) =>
    seesAll(me) || (teams ?? []).some((found) => me.teams.includes(found.id) && found.members.includes(agent.id));
  return (
    <Surface
      title={t('floor.agents')}
      flush
      aside={
        teams && teams.length > 0 ? (
          <Select
            size="xs"
            w={150}
            clearable
            aria-label={t('floor.team')}
            placeholder={t('floor.allTeams')}
            data={teams.map((found) => ({ value: String(found.id), label: found.name }))}
            value={team}
            onChange={setTeam}
          />
        ) : undefined
      }
    >
      {error && !agents ? <Failed error={error} onRetry={() => void refetch()} /> : null}
      {!agents && !error && (
        <Stack px="lg">
          <Loading lines={6} height={28} />
        </Stack>
      )}
      {shown?.length === 0 && <Nothing icon={<IconUsers stroke={1.5} />} title={t('floor.noAgents')} hint={t('floor.noAgentsHint')} />}
      <ul className={classes.agents}>
        {shown?.map((agent) => (
          <AgentRow key={agent.id} agent={agent} supervised={supervised(agent)} />
        ))}
      </ul>
    </Surface>
  );
}

function byState(a: Agent, b: Agent): number {
  const rank = (agent: Agent) => ORDER.indexOf(agent.presence?.state ?? 'offline');
  return rank(a) - rank(b) || a.name.localeCompare(b.name);
}
