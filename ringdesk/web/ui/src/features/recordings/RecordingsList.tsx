import { ActionIcon, Group, Stack, Text, Tooltip, VisuallyHidden } from '@mantine/core';
import { IconLock, IconPlayerPlay } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type Column, List } from '@/shared/list/List';
import type { Rows } from '@/shared/list/pages';
import { clock, useFormats } from '@/shared/time/format';
import type { Recording } from './api/recordings';
import { otherSide } from './names';
import classes from './RecordingsList.module.css';
import { Score } from './Score';
import { StateBadge } from './states';

interface Props {
  found: Rows<Recording>;
  sort: string;
  onSort: (sort: string) => void;
  empty: ReactNode;
  /** What else can be done with one; nothing for who may only listen. */
  actions?: (recording: Recording) => ReactNode;
}

export function RecordingsList({ found, sort, onSort, empty, actions }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <List
      label={t('recordings.title')}
      found={found}
      columns={useColumns(actions)}
      card={(recording) => <RecordingCard recording={recording} actions={actions} />}
      sort={sort}
      onSort={onSort}
      onOpen={({ id }) => void navigate({ to: '/recordings/$recordingId', params: { recordingId: id } })}
      empty={empty}
    />
  );
}

function useColumns(actions: Props['actions']): Column<Recording>[] {
  const { t } = useTranslation();
  const format = useFormats();
  return [
    {
      key: 'play',
      title: <VisuallyHidden>{t('recordings.open')}</VisuallyHidden>,
      width: 56,
      render: (r) => <Play recording={r} />,
    },
    { key: 'started_at', title: t('recordings.when'), sortable: true, width: 150, render: (r) => format.moment(r.started_at) },
    { key: 'other', title: t('calls.caller'), render: (r) => <Other recording={r} /> },
    { key: 'queue', title: t('calls.queue'), width: 110, render: (r) => r.queue ?? <Faint /> },
    { key: 'agents', title: t('calls.agent'), width: 150, render: (r) => r.agents.map(({ name }) => name).join(', ') || <Faint /> },
    {
      key: 'duration_s',
      title: t('recordings.length'),
      sortable: true,
      width: 95,
      right: true,
      render: (r) => (r.duration_s === null ? <Faint /> : clock(r.duration_s)),
    },
    { key: 'state', title: t('recordings.state.label'), width: 150, render: (r) => <State recording={r} /> },
    { key: 'score', title: t('recordings.score.label'), width: 80, right: true, render: (r) => <Score score={r.score} /> },
    ...(actions
      ? [
          {
            key: 'actions',
            title: <VisuallyHidden>{t('common.moreActions')}</VisuallyHidden>,
            width: 56,
            right: true,
            render: (r: Recording) => <span onClick={(event) => event.stopPropagation()}>{actions(r)}</span>,
          },
        ]
      : []),
  ];
}

function Play({ recording }: { recording: Recording }) {
  const { t } = useTranslation();
  const name = t('recordings.openOne', { who: otherSide(recording, t('calls.hidden')) });
  return (
    <Tooltip label={name}>
      <ActionIcon
        variant={recording.playable ? 'light' : 'subtle'}
        color={recording.playable ? 'accent' : 'gray'}
        radius="xl"
        size="md"
        aria-label={name}
        onClick={(event) => event.stopPropagation()}
        renderRoot={(props) => <Link {...props} to="/recordings/$recordingId" params={{ recordingId: recording.id }} />}
      >
        <IconPlayerPlay size={15} />
      </ActionIcon>
    </Tooltip>
  );
}

function Other({ recording }: { recording: Recording }) {
  const { t } = useTranslation();
  const name = otherSide(recording, t('calls.hidden'));
  const number = recording.caller?.pretty ?? recording.caller?.number;
  return (
    <div className={classes.other}>
      <Text size="sm" fw={550} truncate title={name}>
        {name}
      </Text>
      {number && number !== name && (
        <Text size="xs" c="dimmed" truncate>
          {number}
        </Text>
      )}
    </div>
  );
}

function State({ recording }: { recording: Recording }) {
  const { t } = useTranslation();
  return (
    <Group gap={6} wrap="nowrap">
      <StateBadge recording={recording} />
      {recording.held && <IconLock size={15} role="img" aria-label={t('recordings.hold.on')} />}
    </Group>
  );
}

function Faint() {
  return (
    <Text span c="dimmed" aria-hidden>
      –
    </Text>
  );
}

function RecordingCard({ recording, actions }: { recording: Recording; actions: Props['actions'] }) {
  const { t } = useTranslation();
  const format = useFormats();
  const length = recording.duration_s === null ? null : clock(recording.duration_s);
  return (
    <div className={classes.card}>
      <Play recording={recording} />
      <Link to="/recordings/$recordingId" params={{ recordingId: recording.id }} className={classes.link}>
        <Stack gap={2} miw={0}>
          <span className={classes.name}>{otherSide(recording, t('calls.hidden'))}</span>
          <Text size="xs" c="dimmed">
            {[format.moment(recording.started_at), length, recording.queue].filter(Boolean).join(' · ')}
          </Text>
          <Text size="xs" c="dimmed">
            {recording.agents.map(({ name }) => name).join(', ')}
          </Text>
        </Stack>
      </Link>
      <Stack gap={4} align="flex-end">
        <State recording={recording} />
        <Score score={recording.score} />
      </Stack>
      {actions?.(recording)}
    </div>
  );
}
