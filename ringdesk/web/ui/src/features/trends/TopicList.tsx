import { ActionIcon, Badge, Drawer, Group, Text, VisuallyHidden } from '@mantine/core';
import { IconPencil, IconTags, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/features/session/rights';
import { type Column, List } from '@/shared/list/List';
import { sorted, wholeList } from '@/shared/list/sorting';
import { Confirm } from '@/shared/ui/Confirm';
import { useTellProblem } from '@/shared/ui/problems';
import { Nothing } from '@/shared/ui/States';
import { type Topic, topicsQuery, useRemoveTopic } from './api/topics';
import { TopicForm } from './TopicForm';
import classes from '@/shared/list/cards.module.css';

const ORDER = {
  name: (topic: Topic) => topic.name,
  phrases: (topic: Topic) => topic.phrases.length,
};

interface Props {
  /** A topic that is to be made; null while none is. */
  making: boolean;
  onMade: () => void;
  begin: ReactNode;
}

/** What is looked for in every call, to change. */
export function TopicList({ making, onMade, begin }: Props) {
  const { t } = useTranslation();
  const may = useMay();
  const tell = useTellProblem();
  const query = useQuery(topicsQuery);
  const remove = useRemoveTopic();
  const [sort, setSort] = useState('name');
  const [editing, setEditing] = useState<Topic | null>(null);
  const [removing, setRemoving] = useState<Topic | null>(null);
  const actions = (topic: Topic) =>
    may('scorecards.manage') && (
      <Group gap={2} wrap="nowrap" justify="flex-end">
        <ActionIcon aria-label={t('trends.topics.edit', { name: topic.name })} onClick={() => setEditing(topic)}>
          <IconPencil size={16} />
        </ActionIcon>
        <ActionIcon aria-label={t('trends.topics.remove', { name: topic.name })} onClick={() => setRemoving(topic)}>
          <IconTrash size={16} />
        </ActionIcon>
      </Group>
    );
  const columns: Column<Topic>[] = [
    {
      key: 'name',
      title: t('trends.topics.name'),
      width: 220,
      sortable: true,
      render: (topic) => <span className={classes.name}>{topic.name}</span>,
    },
    { key: 'phrases', title: t('trends.topics.phrases'), sortable: true, render: (topic) => <Phrases topic={topic} /> },
    { key: 'speaker', title: t('trends.topics.speaker'), width: 150, render: (topic) => <Speaker topic={topic} /> },
    { key: 'actions', title: <VisuallyHidden>{t('callbacks.actions')}</VisuallyHidden>, width: 100, right: true, render: actions },
  ];
  const close = () => {
    setEditing(null);
    onMade();
  };
  return (
    <>
      <List
        label={t('trends.topics.title')}
        found={wholeList(query.data && sorted(query.data, sort, ORDER), query)}
        columns={columns}
        sort={sort}
        onSort={setSort}
        card={(topic) => (
          <div className={classes.card}>
            <Group justify="space-between" wrap="nowrap">
              <span className={classes.name}>{topic.name}</span>
              {actions(topic)}
            </Group>
            <Phrases topic={topic} />
            <Speaker topic={topic} />
          </div>
        )}
        empty={
          <Nothing icon={<IconTags stroke={1.5} />} title={t('trends.topics.none')} hint={t('trends.topics.noneHint')}>
            {begin}
          </Nothing>
        }
      />
      <Drawer
        opened={making || editing !== null}
        onClose={close}
        position="right"
        size={440}
        title={editing?.name ?? t('trends.topics.new')}
      >
        {(making || editing) && <TopicForm key={editing?.id ?? 'new'} topic={editing ?? undefined} onSaved={close} />}
      </Drawer>
      <Confirm
        opened={removing !== null}
        title={t('trends.topics.removeTitle', { name: removing?.name ?? '' })}
        text={t('trends.topics.removeText')}
        action={t('common.remove')}
        danger
        working={remove.isPending}
        onClose={() => setRemoving(null)}
        onConfirm={() => removing && remove.mutate(removing.id, { onSuccess: () => setRemoving(null), onError: tell })}
      />
    </>
  );
}

function Phrases({ topic }: { topic: Topic }) {
  return (
    <Group gap={4}>
      {topic.phrases.map((phrase) => (
        <Badge key={phrase}>{phrase}</Badge>
      ))}
    </Group>
  );
}

function Speaker({ topic }: { topic: Topic }) {
  const { t } = useTranslation();
  return <Text size="sm">{t(`said.speaker.${topic.speaker ?? 'anybody'}`)}</Text>;
}
