import { ActionIcon, Badge, Group, Stack, Text } from '@mantine/core';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Team } from '@/features/people/api/teams';
import { usePersonName } from '@/features/people/usePersonName';
import { Surface } from '@/shared/ui/Surface';

interface Props {
  team: Team;
  onEdit: () => void;
  onRemove: () => void;
}

export function TeamCard({ team, onEdit, onRemove }: Props) {
  const { t } = useTranslation();
  const nameOf = usePersonName();
  const names = team.members.flatMap((id) => nameOf(id) ?? []).sort((a, b) => a.localeCompare(b));
  return (
    <Surface
      title={team.name}
      aside={
        <Group gap={4}>
          <ActionIcon onClick={onEdit} aria-label={t('teams.edit', { name: team.name })}>
            <IconPencil size={16} />
          </ActionIcon>
          <ActionIcon onClick={onRemove} aria-label={t('teams.remove', { name: team.name })}>
            <IconTrash size={16} />
          </ActionIcon>
        </Group>
      }
    >
      <Stack gap="sm">
        <div>
          <Text size="xs" c="dimmed" mb={4}>
            {t('teams.members')}
          </Text>
          <Text size="sm">{names.join(', ') || t('teams.noMembers')}</Text>
        </div>
        <div>
          <Text size="xs" c="dimmed" mb={4}>
            {t('teams.queues')}
          </Text>
          <Group gap={4}>
            {team.queues.length ? (
              team.queues.map((queue) => <Badge key={queue}>{queue}</Badge>)
            ) : (
              <Text size="sm">{t('teams.noQueues')}</Text>
            )}
          </Group>
        </div>
      </Stack>
    </Surface>
  );
}
