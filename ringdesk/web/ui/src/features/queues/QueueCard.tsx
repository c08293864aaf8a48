import { Badge, Group, Text, Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { RunningTime } from '@/shared/time/RunningTime';
import { Surface } from '@/shared/ui/Surface';
import type { Member, Queue } from './api/queues';
import classes from './QueueCard.module.css';

/** One queue: how many wait and how long, and who is there to answer. */
export function QueueCard({ queue }: { queue: Queue }) {
  const { t } = useTranslation();
  const ready = queue.members.filter((m) => !m.paused && m.phone === 'free').length;
  return (
    <Surface label={queue.name}>
      <Group justify="space-between" wrap="nowrap" mb="sm">
        <Text component="h3" fw={600} m={0} truncate>
          {queue.name}
        </Text>
        <Badge color={ready > 0 ? 'green' : 'gray'}>{t('queues.ready', { count: ready })}</Badge>
      </Group>
      <Group gap="xl" mb="md" wrap="nowrap">
        <Figure label={t('queues.waiting')} value={queue.waiting} strong={queue.waiting > 0} />
        <Figure
          label={t('queues.longest')}
          value={queue.waitingSince ? <RunningTime since={queue.waitingSince} /> : '–'}
          strong={queue.waiting > 0}
        />
      </Group>
      {queue.members.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('queues.noMembers')}
        </Text>
      ) : (
        <ul className={classes.members}>
          {queue.members.map((member) => (
            <MemberChip key={member.interface} member={member} />
          ))}
        </ul>
      )}
    </Surface>
  );
}

function Figure({ label, value, strong }: { label: string; value: ReactNode; strong: boolean }) {
  return (
    <div>
      <div className={classes.figure} data-strong={strong || undefined}>
        {value}
      </div>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
    </div>
  );
}

const TONE: Record<Member['phone'], string> = {
  free: 'available',
  busy: 'talking',
  ringing: 'ringing',
  on_hold: 'talking',
  unreachable: 'offline',
  unknown: 'offline',
};

function MemberChip({ member }: { member: Member }) {
  const { t } = useTranslation();
  const name = member.agent?.name ?? member.interface;
  const state = member.paused ? t('queues.paused') : t(`queues.phone.${member.phone}`);
  return (
    <li>
      <Tooltip label={[member.interface, member.reason].filter(Boolean).join(' · ')}>
        <span className={classes.member} data-tone={member.paused ? 'paused' : TONE[member.phone]}>
          <span className={classes.dot} aria-hidden />
          {name}
          <span className={classes.state}>{state}</span>
        </span>
      </Tooltip>
    </li>
  );
}
