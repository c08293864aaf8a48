import { Badge, Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { IconCheck, IconFlag, IconMessageReply, IconSend } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay, useMe } from '@/features/session/rights';
import { useFormats } from '@/shared/time/format';
import { useTellProblem } from '@/shared/ui/problems';
import { Failed } from '@/shared/ui/States';
import { type Review, reviewsOfQuery, useAddReview, useCloseReview, useFinishReview, useReplyReview } from './api/reviews';
import classes from './ReviewBar.module.css';
import { ReviewStateBadge } from './ReviewStateBadge';

/** The review of a recording: the reviewer comments and finishes, the agent answers, the reviewer settles it. */
export function ReviewBar({ recordingId }: { recordingId: number }) {
  const { t } = useTranslation();
  const may = useMay();
  const tell = useTellProblem();
  const { data: reviews, error, refetch } = useQuery(reviewsOfQuery(recordingId));
  const add = useAddReview();
  if (error && !reviews) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!reviews) return null;
  const running = reviews.some((review) => review.state !== 'closed');
  if (reviews.length === 0 && !may('quality')) return null;
  return (
    <Stack gap="sm" component="section" aria-label={t('reviews.one')}>
      {reviews.map((review) => (
        <OneReview key={review.id} review={review} />
      ))}
      {!running && may('quality') && (
        <Group justify="space-between" className={classes.empty}>
          <Text size="sm" c="dimmed">
            {reviews.length > 0 ? t('reviews.settled') : t('reviews.notYet')}
          </Text>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconFlag size={14} />}
            loading={add.isPending}
            onClick={() => add.mutate({ recording_id: recordingId, why: '' }, { onError: tell })}
          >
            {t('reviews.add')}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function OneReview({ review }: { review: Review }) {
  const { t } = useTranslation();
  const may = useMay();
  const me = useMe();
  const format = useFormats();
  const about = review.agent?.id === me.id;
  return (
    <div className={classes.review}>
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={620}>
          {t('reviews.one')}
        </Text>
        <ReviewStateBadge state={review.state} />
      </Group>
      <Text size="xs" c="dimmed">
        {[review.why, format.moment(review.created_at)].filter(Boolean).join(' · ')}
      </Text>
      {review.done_at && (
        <Said who={review.reviewer?.name ?? t('common.somebody')} at={review.done_at} text={review.comment || t('reviews.noComment')} />
      )}
      {review.replied_at && review.reply && (
        <Said who={review.agent?.name ?? t('common.somebody')} at={review.replied_at} text={review.reply} reply />
      )}
      {review.state === 'open' && may('quality') && !about && <Finish review={review} />}
      {review.state === 'done' && about && <Reply review={review} />}
      {(review.state === 'done' || review.state === 'answered') && may('quality') && !about && <Close review={review} />}
    </div>
  );
}

function Said({ who, at, text, reply }: { who: string; at: string; text: string; reply?: boolean }) {
  const format = useFormats();
  return (
    <div className={classes.said} data-reply={reply || undefined}>
      <Text size="xs" c="dimmed">
        <Text span size="xs" fw={600} c="var(--mantine-color-text)">
          {who}
        </Text>{' '}
        · {format.moment(at)}
      </Text>
      <Text size="sm" className={classes.words}>
        {text}
      </Text>
    </div>
  );
}

function Finish({ review }: { review: Review }) {
  const { t } = useTranslation();
  const tell = useTellProblem();
  const finish = useFinishReview(review.id);
  return (
    <Write
      label={t('reviews.comment')}
      hint={t('reviews.commentHint')}
      action={t('reviews.finish')}
      icon={<IconCheck size={14} />}
      working={finish.isPending}
      onSend={(text) => finish.mutate(text, { onError: tell })}
    />
  );
}

function Reply({ review }: { review: Review }) {
  const { t } = useTranslation();
  const tell = useTellProblem();
  const reply = useReplyReview(review.id);
  return (
    <Write
      label={t('reviews.reply')}
      hint={t('reviews.replyHint')}
      action={t('reviews.sendReply')}
      icon={<IconSend size={14} />}
      needed
      working={reply.isPending}
      onSend={(text) => reply.mutate(text, { onError: tell })}
    />
  );
}

function Close({ review }: { review: Review }) {
  const { t } = useTranslation();
  const tell = useTellProblem();
  const close = useCloseReview(review.id);
  return (
    <Group justify="space-between" mt="sm" gap="xs">
      {review.state === 'answered' ? (
        <Badge color="accent" leftSection={<IconMessageReply size={12} aria-hidden />}>
          {t('reviews.replied')}
        </Badge>
      ) : (
        <Text size="xs" c="dimmed">
          {t('reviews.mayReply')}
        </Text>
      )}
      <Button size="xs" variant="default" loading={close.isPending} onClick={() => close.mutate(undefined, { onError: tell })}>
        {t('reviews.close')}
      </Button>
    </Group>
  );
}

interface WriteProps {
  label: string;
  hint: string;
  action: string;
  icon: ReactNode;
  /** Nothing is sent without a word. */
  needed?: boolean;
  working: boolean;
  onSend: (text: string) => void;
}

function Write({ label, hint, action, icon, needed, working, onSend }: WriteProps) {
  const [text, setText] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() || !needed) onSend(text.trim());
  };
  return (
    <form onSubmit={submit} data-dirty={text !== '' || undefined}>
      <Textarea
        mt="sm"
        label={label}
        placeholder={hint}
        autosize
        minRows={2}
        maxRows={10}
        maxLength={4000}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Group justify="flex-end" mt="xs">
        <Button type="submit" size="xs" leftSection={icon} loading={working} disabled={needed && !text.trim()}>
          {action}
        </Button>
      </Group>
    </form>
  );
}
