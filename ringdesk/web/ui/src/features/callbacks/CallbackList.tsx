import { Badge, Group, Text, VisuallyHidden } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconMoodSmile } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Column, List } from '@/shared/list/List';
import { rowsOf } from '@/shared/list/pages';
import { useFormats } from '@/shared/time/format';
import { Nothing } from '@/shared/ui/States';
import { type Callback, type CallbackSort, type CallbackState, callbacksQuery } from './api/callbacks';
import { CallbackActions } from './CallbackActions';
import classes from './CallbackList.module.css';

/** Callers whom nobody spoke with. */
export function CallbackList({ states }: { states: CallbackState[] }) {
  const { t } = useTranslation();
  const [sort, setSort] = useState<CallbackSort>('-last_at');
  const found = rowsOf(useInfiniteQuery(callbacksQuery(states, sort)));
  const done = states.includes('done');
  return (
    <List
      label={t('callbacks.title')}
      found={found}
      columns={useColumns()}
      sort={sort}
      onSort={(by) => setSort(by as CallbackSort)}
      card={(callback) => <CallbackCard callback={callback} />}
      empty={
        <Nothing
          icon={<IconMoodSmile stroke={1.5} />}
          title={done ? t('callbacks.noneDone') : t('callbacks.none')}
          hint={done ? t('callbacks.noneDoneHint') : t('callbacks.noneHint')}
        />
      }
    />
  );
}

function useColumns(): Column<Callback>[] {
  const { t } = useTranslation();
  const format = useFormats();
  return [
    { key: 'who', title: t('callbacks.who'), render: (c) => <Who callback={c} /> },
    { key: 'last_at', title: t('callbacks.when'), width: 160, sortable: true, render: (c) => <When callback={c} /> },
    { key: 'misses', title: t('callbacks.misses'), width: 130, right: true, sortable: true, render: (c) => format.number(c.misses) },
    { key: 'queue', title: t('callbacks.queue'), width: 140, render: (c) => c.queue },
    { key: 'state', title: t('callbacks.state.label'), width: 190, render: (c) => <State callback={c} /> },
    {
      key: 'actions',
      title: <VisuallyHidden>{t('callbacks.actions')}</VisuallyHidden>,
      width: 270,
      right: true,
      render: (c) => <CallbackActions callback={c} />,
    },
  ];
}

function Who({ callback }: { callback: Callback }) {
  const name = callback.customer?.name ?? callback.caller_name;
  return (
    <div>
      {callback.customer ? (
        <Link to="/customers/$customerId" params={{ customerId: callback.customer.id }} className={classes.name}>
          {callback.customer.name}
        </Link>
      ) : (
        <span className={classes.name}>{name ?? callback.pretty}</span>
      )}
      {name && (
        <Text size="xs" c="dimmed">
          {callback.pretty}
        </Text>
      )}
    </div>
  );
}

function When({ callback }: { callback: Callback }) {
  const { t } = useTranslation();
  const format = useFormats();
  return (
    <div>
      <Link to="/calls/$callId" params={{ callId: callback.last_call_id }} className={classes.when}>
        {format.moment(callback.last_at)}
      </Link>
      {callback.misses > 1 && (
        <Text size="xs" c="dimmed">
          {t('callbacks.first', { at: format.moment(callback.first_at) })}
        </Text>
      )}
    </div>
  );
}

function State({ callback }: { callback: Callback }) {
  const { t } = useTranslation();
  const format = useFormats();
  if (callback.state === 'done') {
    const how = callback.done_how ?? 'dismissed';
    return (
      <Group gap={6}>
        <Badge color={how === 'reached' ? 'green' : 'gray'}>{t(`callbacks.how.${how}`)}</Badge>
        {callback.done_at && (
          <Text size="xs" c="dimmed">
            {format.moment(callback.done_at)}
          </Text>
        )}
      </Group>
    );
  }
  if (callback.state === 'taken')
    return <Badge color="accent">{t('callbacks.takenBy', { who: callback.taken_by?.name ?? t('common.somebody') })}</Badge>;
  return <Badge>{t('callbacks.state.open')}</Badge>;
}

function CallbackCard({ callback }: { callback: Callback }) {
  const { t } = useTranslation();
  const format = useFormats();
  return (
    <div className={classes.card}>
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <Who callback={callback} />
        <State callback={callback} />
      </Group>
      <Text size="xs" c="dimmed">
        {[format.moment(callback.last_at), callback.queue, t('callbacks.times', { count: callback.misses })].filter(Boolean).join(' · ')}
      </Text>
      <CallbackActions callback={callback} />
    </div>
  );
}
