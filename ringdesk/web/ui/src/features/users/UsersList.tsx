import { Badge, Group, Text } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { teamsQuery } from '@/features/people/api/teams';
import { PresenceBadge } from '@/features/presence/PresenceBadge';
import { type Column, List } from '@/shared/list/List';
import { Initials } from '@/shared/ui/Person';
import { Nothing } from '@/shared/ui/States';
import { type User, usersQuery } from './api/users';
import classes from './UsersList.module.css';

interface Props {
  search: string;
  onOpen: (user: User) => void;
}

export function UsersList({ search, onOpen }: Props) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(usersQuery);
  const wanted = search.trim().toLocaleLowerCase();
  const [sort, setSort] = useState('name');
  const rows = data
    ?.filter((u) => [u.display_name, u.username, u.interface ?? ''].some((text) => text.toLocaleLowerCase().includes(wanted)))
    .sort(by(sort));
  return (
    <List
      label={t('users.title')}
      found={{ rows, error, retry: () => void refetch(), more: undefined, loadingMore: false, stale: false }}
      columns={useColumns(onOpen)}
      sort={sort}
      onSort={setSort}
      card={(user) => <UserCard user={user} onOpen={onOpen} />}
      onOpen={onOpen}
      empty={<Nothing icon={<IconUsers stroke={1.5} />} title={t('users.none')} hint={t('users.noneHint')} />}
    />
  );
}

const SORTED: Record<string, (user: User) => string> = {
  name: (u) => u.display_name,
  roles: (u) => u.roles.join(' '),
  interface: (u) => u.interface ?? '',
  presence: (u) => u.presence?.state ?? '',
};

/** All users are here, so the order is made here; what is empty comes last. */
function by(sort: string): (a: User, b: User) => number {
  const value = SORTED[sort.replace(/^-/, '')] ?? ((u: User) => u.display_name);
  const way = sort.startsWith('-') ? -1 : 1;
  return (a, b) => {
    const [one, other] = [value(a), value(b)];
    if (!one || !other) return Number(!one) - Number(!other);
    return way * one.localeCompare(other, undefined, { numeric: true });
  };
}

function useColumns(onOpen: (user: User) => void): Column<User>[] {
  const { t } = useTranslation();
  const { data: teams } = useQuery(teamsQuery);
  const teamNames = (user: User) => user.teams.flatMap((id) => teams?.find((team) => team.id === id)?.name ?? []).join(', ');
  return [
    { key: 'name', title: t('users.name'), sortable: true, render: (u) => <Name user={u} onOpen={onOpen} /> },
    { key: 'roles', title: t('users.roles'), width: 230, sortable: true, render: (u) => <Roles user={u} /> },
    { key: 'interface', title: t('users.phone'), width: 150, sortable: true, render: (u) => u.interface },
    { key: 'teams', title: t('users.teams'), width: 180, render: teamNames },
    {
      key: 'presence',
      title: t('users.presence'),
      width: 170,
      sortable: true,
      render: (u) => u.presence && <PresenceBadge presence={u.presence} />,
    },
  ];
}

function Name({ user, onOpen }: { user: User; onOpen: (user: User) => void }) {
  const { t } = useTranslation();
  return (
    <Group gap="sm" wrap="nowrap">
      <Initials name={user.display_name} size={30} />
      <div>
        <Group gap={6}>
          <button
            type="button"
            className={classes.name}
            onClick={(event) => {
              event.stopPropagation();
              onOpen(user);
            }}
          >
            {user.display_name}
          </button>
          {!user.active && <Badge>{t('users.inactive')}</Badge>}
          {user.active && !user.has_password && <Badge color="red">{t('users.noPassword')}</Badge>}
        </Group>
        <Text size="xs" c="dimmed">
          {user.username}
        </Text>
      </div>
    </Group>
  );
}

function Roles({ user }: { user: User }) {
  const { t } = useTranslation();
  return (
    <Group gap={4}>
      {user.roles.map((role) => (
        <Badge key={role}>{t(`users.role.${role}`)}</Badge>
      ))}
    </Group>
  );
}

function UserCard({ user, onOpen }: { user: User; onOpen: (user: User) => void }) {
  return (
    <div className={classes.card}>
      <Name user={user} onOpen={onOpen} />
      <Group gap="xs">
        <Roles user={user} />
        {user.interface && (
          <Text size="xs" c="dimmed">
            {user.interface}
          </Text>
        )}
      </Group>
    </div>
  );
}
