import { ActionIcon, Badge, Drawer, Group, Text, VisuallyHidden } from '@mantine/core';
import { IconArrowBackUp, IconPencil, IconTarget } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/features/session/rights';
import { type Column, List } from '@/shared/list/List';
import { sorted, wholeList } from '@/shared/list/sorting';
import { useFormats } from '@/shared/time/format';
import { Confirm } from '@/shared/ui/Confirm';
import { useTellProblem } from '@/shared/ui/problems';
import { Nothing } from '@/shared/ui/States';
import { targetsQuery } from '../api/targets';
import { HOUSE, useUnsetTarget, type Variant } from './api/save-target';
import { type TargetRow, targetRows } from './rows';
import { TargetForm } from './TargetForm';
import classes from './TargetList.module.css';

/** What each queue promises, beside what it reached. */
export function TargetList({ levels }: { levels: Map<string, number> | undefined }) {
  const { t } = useTranslation();
  const tell = useTellProblem();
  const query = useQuery(targetsQuery);
  const unset = useUnsetTarget();
  const [sort, setSort] = useState('queue');
  const [editing, setEditing] = useState<TargetRow | null>(null);
  const [removing, setRemoving] = useState<TargetRow | null>(null);
  const rows = query.data && targetRows(query.data);
  const level = (row: TargetRow) => levels?.get(row.queue) ?? null;
  const house = rows?.filter((row) => row.id === HOUSE) ?? [];
  const queues = rows?.filter((row) => row.id !== HOUSE) ?? [];
  const shown = rows && [
    ...house,
    ...sorted(queues, sort, {
      queue: (row) => row.queue,
      promise: (row) => row.target,
      short: (row) => row.short_abandon_s,
      variant: (row) => t(`targets.variant.${row.variant as Variant}.name`),
      level,
    }),
  ];
  const name = useName();
  const actions = (row: TargetRow) => <Actions row={row} onEdit={setEditing} onRemove={setRemoving} />;
  return (
    <>
      <List
        label={t('targets.title')}
        found={wholeList(shown, query)}
        columns={useColumns(level, actions)}
        sort={sort}
        onSort={setSort}
        card={(row) => (
          <div className={classes.card}>
            <Group justify="space-between" wrap="nowrap">
              <Queue row={row} />
              {actions(row)}
            </Group>
            <Promise row={row} />
            <How row={row} />
            {row.id !== HOUSE && (
              <Group gap={6}>
                <Text size="xs" c="dimmed">
                  {t('targets.reached')}
                </Text>
                <Level row={row} level={level(row)} />
              </Group>
            )}
          </div>
        )}
        empty={<Nothing icon={<IconTarget stroke={1.5} />} title={t('targets.none')} hint={t('targets.noneHint')} />}
      />
      <Drawer opened={editing !== null} onClose={() => setEditing(null)} position="right" size={520} title={editing && name(editing)}>
        {editing && <TargetForm key={editing.id} row={editing} variants={query.data?.variants ?? []} onSaved={() => setEditing(null)} />}
      </Drawer>
      <Confirm
        opened={removing !== null}
        title={t('targets.unsetTitle', { queue: removing?.queue ?? '' })}
        text={t('targets.unsetText')}
        action={t('targets.unset')}
        working={unset.isPending}
        onClose={() => setRemoving(null)}
        onConfirm={() => removing && unset.mutate(removing.queue, { onSuccess: () => setRemoving(null), onError: tell })}
      />
    </>
  );
}

function useColumns(level: (row: TargetRow) => number | null, actions: Column<TargetRow>['render']): Column<TargetRow>[] {
  const { t } = useTranslation();
  const format = useFormats();
  return [
    { key: 'queue', title: t('targets.queue'), sortable: true, render: (row) => <Queue row={row} /> },
    { key: 'promise', title: t('targets.promise'), width: 190, sortable: true, render: (row) => <Promise row={row} /> },
    {
      key: 'level',
      title: t('targets.reached'),
      width: 190,
      right: true,
      sortable: true,
      render: (row) => (row.id === HOUSE ? null : <Level row={row} level={level(row)} />),
    },
    {
      key: 'short',
      title: t('targets.shortColumn'),
      width: 150,
      right: true,
      sortable: true,
      render: (row) => (
        <Text size="sm" c={row.own ? undefined : 'dimmed'}>
          {t('targets.below', { time: format.duration(row.short_abandon_s) })}
        </Text>
      ),
    },
    { key: 'variant', title: t('targets.variantColumn'), width: 280, sortable: true, render: (row) => <How row={row} /> },
    { key: 'actions', title: <VisuallyHidden>{t('callbacks.actions')}</VisuallyHidden>, width: 100, right: true, render: actions },
  ];
}

function useName(): (row: TargetRow) => string {
  const { t } = useTranslation();
  return (row) => (row.id === HOUSE ? t('targets.house') : row.queue);
}

interface ActionsProps {
  row: TargetRow;
  onEdit: (row: TargetRow) => void;
  onRemove: (row: TargetRow) => void;
}

function Actions({ row, onEdit, onRemove }: ActionsProps) {
  const { t } = useTranslation();
  const may = useMay();
  const name = useName();
  if (!may('reports.manage')) return null;
  return (
    <Group gap={2} wrap="nowrap" justify="flex-end">
      {row.own && row.id !== HOUSE && (
        <ActionIcon aria-label={t('targets.unsetOf', { queue: row.queue })} onClick={() => onRemove(row)}>
          <IconArrowBackUp size={16} />
        </ActionIcon>
      )}
      <ActionIcon aria-label={t('targets.edit', { queue: name(row) })} onClick={() => onEdit(row)}>
        <IconPencil size={16} />
      </ActionIcon>
    </Group>
  );
}

function Queue({ row }: { row: TargetRow }) {
  const { t } = useTranslation();
  const name = useName();
  return (
    <Group gap="xs">
      <span className={classes.name}>{name(row)}</span>
      {row.own && row.id !== HOUSE && <Badge color="accent">{t('targets.own')}</Badge>}
    </Group>
  );
}

function Promise({ row }: { row: TargetRow }) {
  const { t } = useTranslation();
  const format = useFormats();
  return (
    <Text size="sm" c={row.own ? undefined : 'dimmed'}>
      {t('targets.inTime', { target: format.percentTenths(row.target), time: format.duration(row.answer_within_s) })}
    </Text>
  );
}

function How({ row }: { row: TargetRow }) {
  const { t } = useTranslation();
  return (
    <Text size="sm" c={row.own ? undefined : 'dimmed'}>
      {t(`targets.variant.${row.variant as Variant}.name`)}
    </Text>
  );
}

function Level({ row, level }: { row: TargetRow; level: number | null }) {
  const { t } = useTranslation();
  const format = useFormats();
  if (level === null) return <span>{t('targets.noCalls')}</span>;
  const missed = level < row.target;
  return (
    <Group gap={6} wrap="nowrap" justify="flex-end">
      {missed && (
        <Badge color="red" size="sm">
          {t('targets.missed')}
        </Badge>
      )}
      <span className={classes.figure}>{format.percentTenths(level)}</span>
    </Group>
  );
}
