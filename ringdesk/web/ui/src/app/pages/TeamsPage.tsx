import { Button, Drawer, SimpleGrid } from '@mantine/core';
import { IconPlus, IconUsersGroup } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Team, teamsQuery } from '@/features/people/api/teams';
import { queuesQuery } from '@/features/queues/api/queues';
import { useRemoveTeam } from '@/features/teams/api/save-team';
import { TeamCard } from '@/features/teams/TeamCard';
import { TeamForm } from '@/features/teams/TeamForm';
import { Confirm } from '@/shared/ui/Confirm';
import { Page } from '@/shared/ui/Page';
import { useTellProblem } from '@/shared/ui/problems';
import { Failed, Loading, Nothing } from '@/shared/ui/States';
import { Surface } from '@/shared/ui/Surface';

export function TeamsPage() {
  const { t } = useTranslation();
  const tell = useTellProblem();
  const { data: teams, error, refetch } = useQuery(teamsQuery);
  const { data: queues } = useQuery(queuesQuery);
  const remove = useRemoveTeam();
  const [open, setOpen] = useState<Team | 'new' | null>(null);
  const [removing, setRemoving] = useState<Team | null>(null);
  const close = () => setOpen(null);
  const team = open === null || open === 'new' ? undefined : open;
  return (
    <Page
      title={t('teams.title')}
      hint={t('teams.hint')}
      actions={
        <Button leftSection={<IconPlus size={16} />} onClick={() => setOpen('new')}>
          {t('teams.new')}
        </Button>
      }
    >
      {error ? (
        <Surface>
          <Failed error={error} onRetry={() => void refetch()} />
        </Surface>
      ) : null}
      {!teams && !error && (
        <Surface>
          <Loading lines={5} height={24} />
        </Surface>
      )}
      {teams?.length === 0 && (
        <Surface>
          <Nothing icon={<IconUsersGroup stroke={1.5} />} title={t('teams.none')} hint={t('teams.noneHint')} />
        </Surface>
      )}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="md">
        {teams?.map((found) => (
          <TeamCard key={found.id} team={found} onEdit={() => setOpen(found)} onRemove={() => setRemoving(found)} />
        ))}
      </SimpleGrid>
      <Drawer opened={open !== null} onClose={close} position="right" size={440} title={team?.name ?? t('teams.new')}>
        {open !== null && (
          <TeamForm key={team?.id ?? 'new'} team={team} queues={queues?.map((queue) => queue.name) ?? []} onSaved={close} />
        )}
      </Drawer>
      <Confirm
        opened={removing !== null}
        title={t('teams.removeTitle', { name: removing?.name ?? '' })}
        text={t('teams.removeText')}
        action={t('common.remove')}
        danger
        working={remove.isPending}
        onClose={() => setRemoving(null)}
        onConfirm={() => removing && remove.mutate(removing.id, { onSuccess: () => setRemoving(null), onError: tell })}
      />
    </Page>
  );
}
