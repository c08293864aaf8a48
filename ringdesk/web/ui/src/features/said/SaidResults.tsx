import { Button, Group, Stack, Text } from '@mantine/core';
import { IconMessageSearch, IconPlayerPlayFilled, IconQuote } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { List } from '@/shared/list/List';
import { rowsOf } from '@/shared/list/pages';
import { clock, useFormats } from '@/shared/time/format';
import { Nothing } from '@/shared/ui/States';
import { type Found, type Hit, type SaidFilter, saidQuery } from './api/said';
import classes from './SaidResults.module.css';

/** The calls in which it was said; each place plays. */
export function SaidResults({ filter }: { filter: SaidFilter }) {
  const { t } = useTranslation();
  const found = rowsOf(useInfiniteQuery(saidQuery(filter)));
  const rows = found.rows?.map((row) => ({ ...row, id: row.recording.id }));
  return (
    <List
      label={t('said.results')}
      found={{ ...found, rows }}
      card={(row) => <Result found={row} />}
      empty={<Nothing icon={<IconMessageSearch stroke={1.5} />} title={t('said.none')} hint={t('said.noneHint')} />}
    />
  );
}

function Result({ found: { recording, hits, more } }: { found: Found }) {
  const { t } = useTranslation();
  const format = useFormats();
  const { customer, caller } = recording;
  const name = customer?.name ?? (caller?.hidden ? t('calls.hidden') : caller?.name || caller?.pretty || caller?.number) ?? recording.name;
  return (
    <article className={classes.found}>
      <Group justify="space-between" gap="xs">
        <Link to="/recordings/$recordingId" params={{ recordingId: recording.id }} className={classes.name}>
          {name}
        </Link>
        <Text size="xs" c="dimmed">
          {[
            format.moment(recording.started_at),
            recording.agents.map((agent) => agent.name).join(', '),
            recording.queue,
            recording.duration_s !== null && format.duration(recording.duration_s),
          ]
            .filter(Boolean)
            .join(' · ')}
        </Text>
      </Group>
      <ul className={classes.hits}>
        {hits.map((hit, i) => (
          <li key={i}>
            <OneHit recordingId={recording.id} hit={hit} />
          </li>
        ))}
      </ul>
      {more > 0 && (
        <Text size="xs" c="dimmed" pl="sm">
          {t('said.more', { count: more })}
        </Text>
      )}
    </article>
  );
}

function OneHit({ recordingId, hit }: { recordingId: number; hit: Hit }) {
  const { t } = useTranslation();
  return (
    <Link
      to="/recordings/$recordingId"
      params={{ recordingId }}
      search={{ t: hit.start }}
      className={classes.hit}
      title={t('quality.playFrom', { at: clock(hit.start) })}
    >
      <IconPlayerPlayFilled size={12} aria-hidden className={classes.play} />
      <span className={classes.time}>{clock(hit.start)}</span>
      <span className={classes.speaker} data-speaker={hit.speaker}>
        {t(`said.speaker.${hit.speaker}`)}
      </span>
      <span className={classes.words}>
        {hit.before} <mark className={classes.mark}>{hit.words}</mark> {hit.after}
      </span>
    </Link>
  );
}

const EXAMPLES = [
  { key: 'refund', search: { q: 'refund' } },
  { key: 'cancel', search: { q: 'cancel contract', match: 'near', speaker: 'customer' } },
  { key: 'manager', search: { q: 'speak to your manager', match: 'phrase', speaker: 'customer' } },
] as const;

/** Before anything was asked: what can be. */
export function SaidExamples({ onTry }: { onTry: (search: { q: string; match?: 'near' | 'phrase'; speaker?: 'customer' }) => void }) {
  const { t } = useTranslation();
  return (
    <Nothing icon={<IconQuote stroke={1.5} />} title={t('said.begin')} hint={t('said.beginHint')}>
      <Stack gap="xs" align="center">
        {EXAMPLES.map(({ key, search }) => (
          <Button key={key} variant="default" size="xs" onClick={() => onTry(search)}>
            {t(`said.example.${key}`)}
          </Button>
        ))}
      </Stack>
    </Nothing>
  );
}
