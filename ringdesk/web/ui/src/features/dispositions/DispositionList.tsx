import { ActionIcon, Badge, Drawer, Group, VisuallyHidden } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPencil, IconTag } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Column, List } from '@/shared/list/List';
import { sorted, wholeList } from '@/shared/list/sorting';
import { useTellProblem } from '@/shared/ui/problems';
import { Nothing } from '@/shared/ui/States';
import { type Disposition, dispositionsQuery, useSaveDisposition } from './api/dispositions';
import { DispositionForm } from './DispositionForm';
import classes from '@/shared/list/cards.module.css';
import { byPlace, moved } from './offered';

interface Props {
  queues: string[];
  /** One is to be made. */
  making: boolean;
  onMade: () => void;
  begin: ReactNode;
}

/** What agents choose from, to change. */
export function DispositionList({ queues, making, onMade, begin }: Props) {
  const { t } = useTranslation();
  const tell = useTellProblem();
  const query = useQuery(dispositionsQuery);
  const save = useSaveDisposition();
  const [sort, setSort] = useState('place');
  const [editing, setEditing] = useState<Disposition | null>(null);
  const all = query.data ?? [];
  const move = async (disposition: Disposition, by: -1 | 1) => {
    try {
      for (const { id, ...draft } of moved(all, disposition.id, by)) await save.mutateAsync({ id, disposition: draft });
    } catch (error) {
      tell(error);
    }
  };
  const actions = (row: Disposition) => (
    <Group gap={2} wrap="nowrap" justify="flex-end">
      <Step icon={<IconArrowUp size={16} />} name={t('dispositions.up', { name: row.name })} all={all} row={row} by={-1} onMove={move} />
      <Step icon={<IconArrowDown size={16} />} name={t('dispositions.down', { name: row.name })} all={all} row={row} by={1} onMove={move} />
      <ActionIcon aria-label={t('dispositions.edit', { name: row.name })} onClick={() => setEditing(row)}>
        <IconPencil size={16} />
      </ActionIcon>
    </Group>
  );
  const columns: Column<Disposition>[] = [
    { key: 'name', title: t('dispositions.name'), sortable: true, render: (row) => <span className={classes.name}>{row.name}</span> },
    { key: 'place', title: t('dispositions.queue'), width: 240, sortable: true, render: (row) => <Queue row={row} /> },
    { key: 'state', title: t('dispositions.state'), width: 150, sortable: true, render: (row) => <State row={row} /> },
    { key: 'actions', title: <VisuallyHidden>{t('callbacks.actions')}</VisuallyHidden>, width: 140, right: true, render: actions },
  ];
  const close = () => {
    setEditing(null);
    onMade();
  };
  const shown = [...all].sort(byPlace);
  return (
    <>
      <List
        label={t('dispositions.title')}
        found={wholeList(query.data && order(shown, sort), query)}
        columns={columns}
        sort={sort}
        onSort={setSort}
        card={(row) => (
          <div className={classes.card}>
            <Group justify="space-between" wrap="nowrap">
              <span className={classes.name}>{row.name}</span>
              {actions(row)}
            </Group>
            <Group gap="xs">
              <Queue row={row} />
              <State row={row} />
            </Group>
          </div>
        )}
        empty={
          <Nothing icon={<IconTag stroke={1.5} />} title={t('dispositions.none')} hint={t('dispositions.noneHint')}>
            {begin}
          </Nothing>
        }
      />
      <Drawer
        opened={making || editing !== null}
        onClose={close}
        position="right"
        size={440}
        title={editing?.name ?? t('dispositions.new')}
      >
        {(making || editing) && (
          <DispositionForm
            key={editing?.id ?? 'new'}
            disposition={editing ?? undefined}
            last={(queue) => 1 + Math.max(-1, ...all.filter((one) => one.queue === queue).map((one) => one.position))}
            queues={queues}
            onSaved={close}
          />
        )}
      </Drawer>
    </>
  );
}

/** By place they come as agents see them; the other way round that would say nothing, so only the groups turn. */
function order(rows: Disposition[], sort: string): Disposition[] {
  return sorted(rows, sort, { name: (row) => row.name, place: (row) => row.queue, state: (row) => Number(!row.active) });
}

interface StepProps {
  icon: ReactNode;
  name: string;
  all: Disposition[];
  row: Disposition;
  by: -1 | 1;
  onMove: (row: Disposition, by: -1 | 1) => Promise<void>;
}

function Step({ icon, name, all, row, by, onMove }: StepProps) {
  const possible = moved(all, row.id, by).length > 0;
  return (
    <ActionIcon aria-label={name} disabled={!possible} onClick={() => void onMove(row, by)}>
      {icon}
    </ActionIcon>
  );
}

function Queue({ row }: { row: Disposition }) {
  const { t } = useTranslation();
  return row.queue ? <Badge color="accent">{row.queue}</Badge> : <Badge>{t('dispositions.everyCall')}</Badge>;
}

function State({ row }: { row: Disposition }) {
  const { t } = useTranslation();
  return row.active ? <Badge color="green">{t('dispositions.activeState')}</Badge> : <Badge>{t('dispositions.inactiveState')}</Badge>;
}
