import { Badge, Group, Text } from '@mantine/core';
import { IconChecklist } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Column, List } from '@/shared/list/List';
import { sorted, wholeList } from '@/shared/list/sorting';
import { useFormats } from '@/shared/time/format';
import { Nothing } from '@/shared/ui/States';
import { type Scorecard, scorecardsQuery } from './api/scorecards';
import classes from './ScorecardList.module.css';

/** Every scorecard, to open and change. */
export function ScorecardList({ begin }: { begin: ReactNode }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const query = useQuery(scorecardsQuery);
  const [sort, setSort] = useState('name');
  const rows = query.data && sorted(query.data, sort, ORDER);
  return (
    <List
      label={t('scorecards.title')}
      found={wholeList(rows, query)}
      columns={useColumns()}
      card={(card) => <ScorecardCard card={card} />}
      sort={sort}
      onSort={setSort}
      onOpen={(card) => void navigate({ to: '/quality/scorecards/$scorecardId', params: { scorecardId: card.id } })}
      empty={
        <Nothing icon={<IconChecklist stroke={1.5} />} title={t('scorecards.none')} hint={t('scorecards.noneHint')}>
          {begin}
        </Nothing>
      }
    />
  );
}

const ORDER = {
  name: (card: Scorecard) => card.definition.name,
  questions: (card: Scorecard) => questions(card),
  version: (card: Scorecard) => card.version,
  changed: (card: Scorecard) => card.changed_at,
  state: (card: Scorecard) => Number(!card.active),
};

function questions(card: Scorecard): number {
  return card.definition.sections.reduce((sum, section) => sum + section.questions.length, 0);
}

function useColumns(): Column<Scorecard>[] {
  const { t } = useTranslation();
  const format = useFormats();
  return [
    { key: 'name', title: t('scorecards.name'), sortable: true, render: (card) => <Name card={card} /> },
    { key: 'applies', title: t('scorecards.appliesTo'), render: (card) => <Applies card={card} /> },
    {
      key: 'questions',
      title: t('scorecards.questions'),
      width: 110,
      right: true,
      sortable: true,
      render: (card) => format.number(questions(card)),
    },
    {
      key: 'version',
      title: t('scorecards.version'),
      width: 100,
      right: true,
      sortable: true,
      render: (card) => format.number(card.version),
    },
    { key: 'changed', title: t('scorecards.changed'), width: 220, sortable: true, render: (card) => <Changed card={card} /> },
    { key: 'state', title: t('scorecards.state'), width: 110, sortable: true, render: (card) => <State card={card} /> },
  ];
}

function Name({ card }: { card: Scorecard }) {
  return (
    <Link
      to="/quality/scorecards/$scorecardId"
      params={{ scorecardId: card.id }}
      className={classes.name}
      onClick={(event) => event.stopPropagation()}
    >
      {card.definition.name}
    </Link>
  );
}

function Applies({ card }: { card: Scorecard }) {
  const { t } = useTranslation();
  const format = useFormats();
  const { queues, directions, language } = card.definition;
  const parts = [
    queues.length ? queues.join(', ') : t('scorecards.allQueues'),
    directions.length ? directions.map((direction) => t(`calls.direction.${direction}`)).join(', ') : null,
    language && format.language(language),
  ];
  return <Text size="sm">{parts.filter(Boolean).join(' · ')}</Text>;
}

function Changed({ card }: { card: Scorecard }) {
  const format = useFormats();
  return (
    <div>
      <Text size="sm">{format.moment(card.changed_at)}</Text>
      {card.changed_by && (
        <Text size="xs" c="dimmed">
          {card.changed_by.name}
        </Text>
      )}
    </div>
  );
}

function State({ card }: { card: Scorecard }) {
  const { t } = useTranslation();
  return card.active ? <Badge color="green">{t('scorecards.activeState')}</Badge> : <Badge>{t('scorecards.inactiveState')}</Badge>;
}

function ScorecardCard({ card }: { card: Scorecard }) {
  return (
    <Link to="/quality/scorecards/$scorecardId" params={{ scorecardId: card.id }} className={classes.card}>
      <Group justify="space-between" wrap="nowrap">
        <span className={classes.name}>{card.definition.name}</span>
        <State card={card} />
      </Group>
      <Applies card={card} />
      <Changed card={card} />
    </Link>
  );
}
