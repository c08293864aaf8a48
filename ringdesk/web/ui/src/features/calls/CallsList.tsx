import { ActionIcon, Group, Stack, Text, Tooltip, VisuallyHidden } from '@mantine/core';
import { IconHeadphones, IconPhoneOff } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type Column, List } from '@/shared/list/List';
import type { Rows } from '@/shared/list/pages';
import { usePbxNow } from '@/shared/time/clock';
import { useFormats } from '@/shared/time/format';
import { Nothing } from '@/shared/ui/States';
import type { Call } from './api/calls';
import classes from './CallsList.module.css';
import { callerName, DirectionIcon, Outcome, talkers, talkSeconds, waitSeconds } from './facts';
import { parseSearch } from './search';

interface Props {
  found: Rows<Call>;
  sort?: string;
  onSort?: (sort: string) => void;
  /** Fewer columns where it stands beside other things. */
  compact?: boolean;
  /** Each leads to its own page, not to the drawer beside the list of all calls. */
  pages?: boolean;
  empty?: ReactNode;
}

export function CallsList({ found, sort, onSort, compact, pages, empty }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const open = (call: Call) =>
    void (pages
      ? navigate({ to: '/calls/$callId', params: { callId: call.id } })
      : navigate({ to: '/calls', search: (now) => parseSearch({ ...now, open: call.id }) }));
  const columns = useColumns(compact, pages);
  const shown = compact ? columns.filter((c) => c.key !== 'agents' && c.key !== 'wait') : columns;
  return (
    <List
      label={t('calls.title')}
      found={found}
      columns={shown}
      card={(call) => <CallCard call={call} page={pages} />}
      sort={sort}
      onSort={onSort}
      onOpen={open}
      empty={empty ?? <Nothing icon={<IconPhoneOff stroke={1.5} />} title={t('calls.none')} hint={t('calls.noneHint')} />}
    />
  );
}

function useColumns(ofOneDay = false, pages = false): Column<Call>[] {
  const { t } = useTranslation();
  const format = useFormats();
  const now = usePbxNow();
  const seconds = (value: number | null) => (value === null ? <Faint /> : format.duration(value));
  return [
    {
      key: 'started_at',
      title: t('calls.when'),
      sortable: !ofOneDay && !pages,
      width: ofOneDay ? 80 : 150,
      render: (call) => (ofOneDay ? format.time : format.moment)(call.started_at),
    },
    { key: 'caller', title: t('calls.caller'), render: (call) => <Caller call={call} page={pages} /> },
    { key: 'queue', title: t('calls.queue'), width: 130, render: (call) => call.queue_visits.at(-1)?.queue ?? <Faint /> },
    { key: 'agents', title: t('calls.agent'), width: 170, render: (call) => talkers(call).join(', ') || <Faint /> },
    { key: 'wait', title: t('calls.wait'), width: 90, right: true, render: (call) => seconds(waitSeconds(call)) },
    { key: 'talk', title: t('calls.talk'), width: 90, right: true, render: (call) => seconds(talkSeconds(call, now)) },
    {
      key: 'recordings',
      title: <VisuallyHidden>{t('recordings.title')}</VisuallyHidden>,
      width: 48,
      render: (call) => <Recorded call={call} />,
    },
    { key: 'outcome', title: t('calls.outcome.label'), width: 120, render: (call) => <Outcome outcome={call.outcome} /> },
  ];
}

function Faint() {
  return (
    <Text span c="dimmed" aria-hidden>
      –
    </Text>
  );
}

interface ToCallProps {
  call: Call;
  /** To its own page. */
  page?: boolean;
  className: string | undefined;
  children: ReactNode;
}

function ToCall({ call, page, className, children }: ToCallProps) {
  return page ? (
    <Link to="/calls/$callId" params={{ callId: call.id }} className={className} onClick={(event) => event.stopPropagation()}>
      {children}
    </Link>
  ) : (
    <Link
      to="/calls"
      search={(now) => parseSearch({ ...now, open: call.id })}
      className={className}
      onClick={(event) => event.stopPropagation()}
    >
      {children}
    </Link>
  );
}

function Caller({ call, page }: { call: Call; page?: boolean }) {
  const { t } = useTranslation();
  const name = callerName(call, t('calls.hidden'));
  const number = call.caller.pretty ?? call.caller.number;
  return (
    <Group gap="xs" wrap="nowrap">
      <DirectionIcon direction={call.direction} />
      <div className={classes.caller}>
        <ToCall call={call} page={page} className={classes.name}>
          {name}
        </ToCall>
        {number && number !== name && (
          <Text size="xs" c="dimmed" truncate>
            {number}
          </Text>
        )}
      </div>
    </Group>
  );
}

/** That it can be heard, and the way there. */
function Recorded({ call }: { call: Call }) {
  const { t } = useTranslation();
  if (call.recordings.length === 0) return null;
  const name = t('recordings.call.has', { count: call.recordings.length });
  return (
    <Tooltip label={name}>
      <ActionIcon
        size="sm"
        color="accent"
        aria-label={`${name}: ${callerName(call, t('calls.hidden'))}`}
        onClick={(event) => event.stopPropagation()}
        renderRoot={(props) => <Link {...props} to="/calls/$callId" params={{ callId: call.id }} />}
      >
        <IconHeadphones size={16} />
      </ActionIcon>
    </Tooltip>
  );
}

function CallCard({ call, page }: { call: Call; page?: boolean }) {
  const { t } = useTranslation();
  const format = useFormats();
  const now = usePbxNow();
  const talk = talkSeconds(call, now);
  const queue = call.queue_visits.at(-1)?.queue;
  return (
    <ToCall call={call} page={page} className={classes.card}>
      <DirectionIcon direction={call.direction} size={18} />
      <Stack gap={0} flex={1} miw={0}>
        <span className={classes.cardName}>{callerName(call, t('calls.hidden'))}</span>
        <Text size="xs" c="dimmed" truncate>
          {[format.moment(call.started_at), queue, talk === null ? null : format.duration(talk)].filter(Boolean).join(' · ')}
        </Text>
      </Stack>
      {call.recordings.length > 0 && (
        <IconHeadphones size={16} role="img" aria-label={t('recordings.call.has', { count: call.recordings.length })} />
      )}
      <Outcome outcome={call.outcome} />
    </ToCall>
  );
}
