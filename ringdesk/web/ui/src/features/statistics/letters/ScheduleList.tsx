import { ActionIcon, Badge, Code, Drawer, Group, Text, Tooltip, VisuallyHidden } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconMailOff, IconPencil, IconSend, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Column, List } from '@/shared/list/List';
import { sorted, wholeList } from '@/shared/list/sorting';
import { useFormats } from '@/shared/time/format';
import { Confirm } from '@/shared/ui/Confirm';
import { useTellProblem } from '@/shared/ui/problems';
import { Nothing } from '@/shared/ui/States';
import { type Schedule, schedulesQuery, useRemoveSchedule, useSendNow } from './api/schedules';
import { ScheduleForm } from './ScheduleForm';
import classes from './ScheduleList.module.css';

const ORDER = {
  report: (row: Schedule) => row.report_name,
  when: (row: Schedule) => row.every,
  next: (row: Schedule) => row.next_at,
  sent: (row: Schedule) => row.sent_at,
  state: (row: Schedule) => (row.error ? 0 : row.active ? 1 : 2),
};

/** Reports that go out by e-mail; of one report where that is told. */
export function ScheduleList({ zone, report }: { zone: string; report?: number }) {
  const { t } = useTranslation();
  const tell = useTellProblem();
  const query = useQuery(schedulesQuery);
  const remove = useRemoveSchedule();
  const [sort, setSort] = useState('report');
  const [editing, setEditing] = useState<Schedule | null>(null);
  const [removing, setRemoving] = useState<Schedule | null>(null);
  const found = query.data?.items.filter((row) => report === undefined || row.report_id === report);
  const actions = (row: Schedule) => (
    <Actions row={row} canSend={query.data?.can_send ?? false} onEdit={setEditing} onRemove={setRemoving} />
  );
  return (
    <>
      {query.data && !query.data.can_send && <NoServer />}
      <List
        label={t('letters.title')}
        found={wholeList(found && sorted(found, sort, ORDER), query)}
        columns={useColumns(actions, report === undefined)}
        sort={sort}
        onSort={setSort}
        card={(row) => (
          <div className={classes.card}>
            <Group justify="space-between" wrap="nowrap">
              <Report row={row} />
              {actions(row)}
            </Group>
            <When row={row} />
            <Text size="xs" c="dimmed" className={classes.recipients}>
              {row.recipients.join(', ')}
            </Text>
            <State row={row} />
          </div>
        )}
        empty={<Nothing icon={<IconMailOff stroke={1.5} />} title={t('letters.none')} hint={t('letters.noneHint')} />}
      />
      <Drawer opened={editing !== null} onClose={() => setEditing(null)} position="right" size={460} title={t('letters.edit')}>
        {editing && (
          <ScheduleForm
            key={editing.id}
            report={{ id: editing.report_id, name: editing.report_name }}
            schedule={editing}
            zone={zone}
            onSaved={() => setEditing(null)}
          />
        )}
      </Drawer>
      <Confirm
        opened={removing !== null}
        title={t('letters.removeTitle', { name: removing?.report_name ?? '' })}
        text={t('letters.removeText')}
        action={t('common.remove')}
        danger
        working={remove.isPending}
        onClose={() => setRemoving(null)}
        onConfirm={() => removing && remove.mutate(removing.id, { onSuccess: () => setRemoving(null), onError: tell })}
      />
    </>
  );
}

/** What is missing where no letter can go out. */
export function NoServer() {
  const { t } = useTranslation();
  return (
    <Group className={classes.missing} wrap="nowrap" align="flex-start" gap="sm" role="note">
      <IconAlertTriangle size={18} aria-hidden />
      <div>
        <Text size="sm" fw={600}>
          {t('letters.cannot')}
        </Text>
        <Text size="sm">
          {t('letters.cannotHint')} <Code>{'RINGDESK_SMTP_HOST'}</Code> <Code>{'RINGDESK_SMTP_SENDER'}</Code>
        </Text>
      </div>
    </Group>
  );
}

function useColumns(actions: Column<Schedule>['render'], named: boolean): Column<Schedule>[] {
  const { t } = useTranslation();
  const format = useFormats();
  return [
    ...(named
      ? [{ key: 'report', title: t('letters.report'), width: 240, sortable: true, render: (row: Schedule) => <Report row={row} /> }]
      : []),
    { key: 'when', title: t('letters.when'), width: 220, sortable: true, render: (row) => <When row={row} /> },
    { key: 'to', title: t('letters.recipients'), render: (row) => <Recipients row={row} /> },
    {
      key: 'next',
      title: t('letters.next'),
      width: 150,
      sortable: true,
      render: (row) => (row.next_at && row.active ? format.moment(row.next_at) : '–'),
    },
    {
      key: 'sent',
      title: t('letters.sent'),
      width: 150,
      sortable: true,
      render: (row) => (row.sent_at ? format.moment(row.sent_at) : t('letters.never')),
    },
    { key: 'state', title: t('letters.state'), width: 150, sortable: true, render: (row) => <State row={row} /> },
    { key: 'actions', title: <VisuallyHidden>{t('callbacks.actions')}</VisuallyHidden>, width: 130, right: true, render: actions },
  ];
}

function Report({ row }: { row: Schedule }) {
  const { t } = useTranslation();
  return (
    <div>
      <Link to="/statistics/own/$reportId" params={{ reportId: row.report_id }} className={classes.name}>
        {row.report_name}
      </Link>
      <Text size="xs" c="dimmed">
        {row.owner?.name ?? t('common.somebody')}
      </Text>
    </div>
  );
}

function When({ row }: { row: Schedule }) {
  const { t } = useTranslation();
  const day = t(`staffing.weekday.${String(row.weekday ?? 0) as '0'}`);
  return (
    <div>
      <Text size="sm">{t(`letters.told.${row.every}`, { day: row.every === 'month' ? row.day : day, at: row.at })}</Text>
      <Text size="xs" c="dimmed">
        {t(`letters.format.${row.format}`)}
      </Text>
    </div>
  );
}

function Recipients({ row }: { row: Schedule }) {
  const { t } = useTranslation();
  const [first, ...others] = row.recipients;
  if (others.length === 0) return <span className={classes.recipients}>{first}</span>;
  return (
    <Tooltip label={row.recipients.join(', ')} multiline maw={320}>
      <span className={classes.recipients} tabIndex={0}>
        {t('letters.andOthers', { first, count: others.length })}
      </span>
    </Tooltip>
  );
}

function State({ row }: { row: Schedule }) {
  const { t } = useTranslation();
  if (row.error)
    return (
      <div>
        <Badge color="red" leftSection={<IconAlertTriangle size={12} aria-hidden />}>
          {t('letters.failed')}
        </Badge>
        <Text size="xs" c="red" mt={2} className={classes.recipients}>
          {row.error}
        </Text>
      </div>
    );
  return row.active ? <Badge color="green">{t('letters.activeState')}</Badge> : <Badge>{t('letters.inactiveState')}</Badge>;
}

interface ActionsProps {
  row: Schedule;
  canSend: boolean;
  onEdit: (row: Schedule) => void;
  onRemove: (row: Schedule) => void;
}

function Actions({ row, canSend, onEdit, onRemove }: ActionsProps) {
  const { t } = useTranslation();
  const tell = useTellProblem();
  const send = useSendNow();
  const name = row.report_name;
  const now = () =>
    send.mutate(row.id, {
      onSuccess: () => notifications.show({ message: t('letters.sending', { count: row.recipients.length }), autoClose: 5000 }),
      onError: tell,
    });
  return (
    <Group gap={2} wrap="nowrap" justify="flex-end">
      <Tooltip label={canSend ? t('letters.sendNow') : t('letters.cannot')}>
        <ActionIcon aria-label={t('letters.sendNowOf', { name })} disabled={!canSend} loading={send.isPending} onClick={now}>
          <IconSend size={16} />
        </ActionIcon>
      </Tooltip>
      <ActionIcon aria-label={t('letters.editOf', { name })} onClick={() => onEdit(row)}>
        <IconPencil size={16} />
      </ActionIcon>
      <ActionIcon aria-label={t('letters.removeOf', { name })} onClick={() => onRemove(row)}>
        <IconTrash size={16} />
      </ActionIcon>
    </Group>
  );
}
