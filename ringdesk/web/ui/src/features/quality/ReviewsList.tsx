import { Group, Stack, Text } from '@mantine/core';
import { IconListCheck } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type Column, List } from '@/shared/list/List';
import { rowsOf } from '@/shared/list/pages';
import { useFormats } from '@/shared/time/format';
import { Nothing } from '@/shared/ui/States';
import { type Review, type ReviewFilter, reviewsQuery } from './api/reviews';
import { useCaller } from './caller';
import classes from './ReviewsList.module.css';
import { ReviewStateBadge } from './ReviewStateBadge';
import { TotalBadge } from './TotalBadge';

interface Props {
  filter: ReviewFilter;
  /** One's own: whose they are needs no saying. */
  own: boolean;
  onSort: (sort: NonNullable<ReviewFilter['sort']>) => void;
}

export function ReviewsList({ filter, own, onSort }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const found = rowsOf(useInfiniteQuery(reviewsQuery(filter)));
  const columns = useColumns();
  return (
    <List
      label={t('reviews.title')}
      found={found}
      columns={own ? columns.filter((column) => column.key !== 'agent') : columns}
      card={(review) => <ReviewCard review={review} own={own} />}
      sort={filter.sort ?? '-created_at'}
      onSort={(sort) => onSort(sort as NonNullable<ReviewFilter['sort']>)}
      onOpen={({ recording }) => void navigate({ to: '/recordings/$recordingId', params: { recordingId: recording.id } })}
      empty={
        <Nothing
          icon={<IconListCheck stroke={1.5} />}
          title={own ? t('reviews.noneOwn') : filter.state === 'open' ? t('reviews.noneOpen') : t('reviews.none')}
          hint={own ? t('reviews.noneOwnHint') : t('reviews.noneHint')}
        />
      }
    />
  );
}

function useColumns(): Column<Review>[] {
  const { t } = useTranslation();
  const format = useFormats();
  return [
    { key: 'created_at', title: t('reviews.since'), width: 150, sortable: true, render: (review) => format.moment(review.created_at) },
    { key: 'call', title: t('reviews.call'), render: (review) => <Call review={review} /> },
    { key: 'agent', title: t('reviews.agent'), width: 160, render: (review) => review.agent?.name },
    {
      key: 'score',
      title: t('reviews.score'),
      width: 90,
      render: ({ recording }) => recording.score && <TotalBadge score={recording.score} />,
    },
    { key: 'why', title: t('reviews.why'), width: 200, render: (review) => <Text size="sm">{review.why}</Text> },
    { key: 'reviewer', title: t('reviews.reviewer'), width: 150, render: (review) => review.reviewer?.name },
    { key: 'state', title: t('reviews.stateLabel'), width: 140, render: (review) => <ReviewStateBadge state={review.state} /> },
  ];
}

function Call({ review: { recording } }: { review: Review }) {
  const caller = useCaller();
  const format = useFormats();
  return (
    <div>
      <Link
        to="/recordings/$recordingId"
        params={{ recordingId: recording.id }}
        className={classes.name}
        onClick={(event) => event.stopPropagation()}
      >
        {caller(recording)}
      </Link>
      <Text size="xs" c="dimmed">
        {[format.moment(recording.started_at), recording.queue, recording.duration_s !== null && format.duration(recording.duration_s)]
          .filter(Boolean)
          .join(' · ')}
      </Text>
    </div>
  );
}

function ReviewCard({ review, own }: { review: Review; own: boolean }) {
  const caller = useCaller();
  const format = useFormats();
  const { recording } = review;
  return (
    <Link to="/recordings/$recordingId" params={{ recordingId: recording.id }} className={classes.card}>
      <Stack gap={2} flex={1} miw={0}>
        <span className={classes.name}>{caller(recording)}</span>
        <Text size="xs" c="dimmed">
          {[format.moment(recording.started_at), recording.queue, own ? null : review.agent?.name].filter(Boolean).join(' · ')}
        </Text>
        {review.why && <Text size="xs">{review.why}</Text>}
      </Stack>
      <Group gap={6} className={classes.badges}>
        {recording.score && <TotalBadge score={recording.score} />}
        <ReviewStateBadge state={review.state} />
      </Group>
    </Link>
  );
}
