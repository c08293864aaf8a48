import { Badge, Select } from '@mantine/core';
import { IconLock, IconUsers, IconUsersGroup } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { teamsQuery } from '@/features/people/api/teams';
import { seesAll, useMe } from '@/features/session/rights';

/** Who sees something besides who made it. */
export interface Sharing {
  team_id: number | null;
  everybody: boolean;
}

/** Nobody, a team, or everybody who may read reports. */
export function SharingSelect({ value, onChange }: { value: Sharing; onChange: (sharing: Sharing) => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const { data: teams } = useQuery(teamsQuery);
  const mine = teams?.filter(({ id }) => seesAll(me) || me.teams.includes(id) || id === value.team_id) ?? [];
  return (
    <Select
      label={t('own.share.label')}
      description={t('own.share.hint')}
      allowDeselect={false}
      data={[
        { value: 'me', label: t('own.share.me') },
        ...mine.map(({ id, name }) => ({ value: String(id), label: t('own.share.team', { team: name }) })),
        { value: 'everybody', label: t('own.share.everybody') },
      ]}
      value={value.everybody ? 'everybody' : value.team_id === null ? 'me' : String(value.team_id)}
      onChange={(chosen) =>
        onChange({ everybody: chosen === 'everybody', team_id: chosen === 'me' || chosen === 'everybody' ? null : Number(chosen) })
      }
    />
  );
}

export function SharedWith({ of }: { of: Sharing }) {
  const { t } = useTranslation();
  const { data: teams } = useQuery(teamsQuery);
  if (of.everybody)
    return (
      <Badge color="accent" leftSection={<IconUsers size={12} aria-hidden />}>
        {t('own.share.everybodyShort')}
      </Badge>
    );
  if (of.team_id === null) return <Badge leftSection={<IconLock size={12} aria-hidden />}>{t('own.share.me')}</Badge>;
  return (
    <Badge color="accent" leftSection={<IconUsersGroup size={12} aria-hidden />}>
      {teams?.find(({ id }) => id === of.team_id)?.name ?? t('own.share.aTeam')}
    </Badge>
  );
}
