import { Stack, Text } from '@mantine/core';
import { IconListCheck } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Column, List } from '@/shared/list/List';
import { rowsOf } from '@/shared/list/pages';
import { useFormats } from '@/shared/time/format';
import { Nothing } from '@/shared/ui/States';
import type { Recording } from './api/recordings';
import { type ScoredFilter, scoredQuery } from './api/scored';
import { useCaller } from './caller';
import classes from './ReviewsList.module.css';
import { Verdict } from './ScoreFigure';
import { TotalBadge } from './TotalBadge';

/** The scored recordings of a time, to look into. */
export function ScoredList({ filter, own }: { filter: ScoredFilter; own: boolean }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [sort, setSort] = useState<NonNullable<ScoredFilter['sort']>>('-started_at');
  const found = rowsOf(useInfiniteQuery(scoredQuery({ ...filter, sort })));
  const columns = useColumns();
  return (
    <List
      label={t('scores.recordings')}
      found={found}
      columns={own ? columns.filter((column) => column.key !== 'agents') : columns}
      sort={sort}
      onSort={(by) => setSort(by as NonNullable<ScoredFilter['sort']>)}
      onOpen={(recording) => void navigate({ to: '/recordings/$recordingId', params: { recordingId: recording.id } })}
      card={(recording) => <ScoredCard recording={recording} own={own} />}
      empty={<Nothing icon={<IconListCheck stroke={1.5} />} title={t('scores.noRecordings')} hint={t('scores.noRecordingsHint')} />}
    />
  );
}

function useColumns(): Column<Recording>[] {
  const { t } = useTranslation();
  const format = useFormats();
  return [
    { key: 'started_at', title: t('scores.when'), width: 160, sortable: true, render: (r) => format.moment(r.started_at) },
    { key: 'call', title: t('reviews.call'), render: (r) => <Name recording={r} /> },
    { key: 'agents', title: t('reviews.agent'), width: 180, render: (r) => r.agents.map((agent) => agent.name).join(', ') },
    { key: 'queue', title: t('calls.queue'), width: 140, render: (r) => r.queue },
    {
      key: 'length',
      title: t('scores.length'),
      width: 90,
      right: true,
      render: (r) => r.duration_s !== null && format.duration(r.duration_s),
    },
    { key: 'score', title: t('reviews.score'), width: 90, render: (r) => r.score && <TotalBadge score={r.score} /> },
    { key: 'verdict', title: t('scores.verdict'), width: 155, render: (r) => r.score && <Verdict score={r.score} /> },
  ];
}

function Name({ recording }: { recording: Recording }) {
  const caller = useCaller();
  return (
    <Link
      to="/recordings/$recordingId"
      params={{ recordingId: recording.id }}
      className={classes.name}
      onClick={(event) => event.stopPropagation()}
    >
      {caller(recording)}
    </Link>
  );
}

function ScoredCard({ recording, own }: { recording: Recording; own: boolean }) {
  const caller = useCaller();
  const format = useFormats();
  const agents = own ? null : recording.agents.map((agent) => agent.name).join(', ');
  return (
    <Link to="/recordings/$recordingId" params={{ recordingId: recording.id }} className={classes.card}>
      <Stack gap={2} flex={1} miw={0}>
        <span className={classes.name}>{caller(recording)}</span>
        <Text size="xs" c="dimmed">
          {[format.moment(recording.started_at), recording.queue, agents].filter(Boolean).join(' · ')}
        </Text>
      </Stack>
      {recording.score && <TotalBadge score={recording.score} />}
    </Link>
  );
}
