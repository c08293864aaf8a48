import { ActionIcon, Button, CloseButton, CopyButton, Group, Text, TextInput, Tooltip } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconCheck, IconCopy, IconFocusCentered, IconSearch } from '@tabler/icons-react';
import { type KeyboardEvent, useCallback, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useShortcut } from '@/shared/keys/shortcuts';
import { clock, useFormats } from '@/shared/time/format';
import type { Transcript as Said } from '../api/transcript';
import type { Playback } from '../player/playback';
import { useAtTime } from '../player/usePlayback';
import classes from './Transcript.module.css';
import { Turn } from './Turn';
import { useFollowing } from './useFollowing';
import { findWords, isMasked, reaches, UNSURE, utteranceAt, wordsAt } from './words';

const MANY = 200; // utterances, about a quarter of an hour; their words are made at once up to that

interface Props {
  transcript: Said;
  playback: Playback;
  /** Who speaks, for people: the agent's and the customer's name. */
  names: { agent: string; customer: string; mixed: string };
  /** May be heard; else the words are only to be read. */
  playable: boolean;
}

/** What was said, running along with the sound. A click on a word lets it be heard. */
export function Transcript({ transcript, playback, names, playable }: Props) {
  const { t } = useTranslation();
  const { utterances } = transcript;
  const list = useRef<HTMLOListElement>(null);
  const [wanted, setWanted] = useState('');
  const found = useMemo(() => findWords(utterances, wanted), [utterances, wanted]);
  const [chosen, setChosen] = useState(0);
  const latest = useMemo(() => reaches(utterances), [utterances]);
  const spoken = useAtTime(playback, (time) =>
    wordsAt(utterances, latest, time)
      .map(({ utterance, word }) => `${utterance}.${word}`)
      .join(' '),
  );
  const now = useMemo(
    () =>
      new Map(
        spoken
          .split(' ')
          .filter(Boolean)
          .map((place) => place.split('.').map(Number) as [number, number]),
      ),
    [spoken],
  );
  const hits = useMemo(() => hitsByUtterance(found), [found]);
  const current = found[chosen];
  const { following, follow, look } = useFollowing(
    list,
    useAtTime(playback, (time) => utteranceAt(utterances, time)),
  );

  const step = useCallback(
    (by: number) => {
      const next = utterances[Math.max(0, utteranceAt(utterances, playback.time + 0.05) + by)];
      if (next) playback.seek(next.start);
      follow();
    },
    [utterances, playback, follow],
  );
  useShortcut('nextUtterance', () => step(1), playable);
  useShortcut('previousUtterance', () => step(-1), playable);

  const choose = (which: number) => {
    const at = (which + found.length) % found.length;
    setChosen(at);
    const hit = found[at];
    if (hit) look(hit.utterance);
  };
  const play = useCallback(
    (time: number) => {
      playback.seek(time, true);
      follow();
    },
    [playback, follow],
  );
  return (
    <div className={classes.transcript}>
      <Head
        transcript={transcript}
        names={names}
        wanted={wanted}
        onWanted={(text) => {
          setWanted(text);
          setChosen(0);
        }}
        count={found.length}
        chosen={chosen}
        onChoose={choose}
      />
      <ol ref={list} className={classes.list} tabIndex={0} aria-label={t('recordings.transcript.title')} data-testid="transcript">
        {utterances.map((utterance, u) => (
          <Turn
            key={u}
            index={u}
            utterance={utterance}
            name={names[utterance.speaker]}
            now={now.get(u) ?? -1}
            hits={hits.get(u)}
            hit={current?.utterance === u ? current.word : -1}
            onPlay={playable ? play : undefined}
            late={utterances.length > MANY}
          />
        ))}
      </ol>
      {!following && (
        <div className={classes.follow}>
          <FollowButton onFollow={follow} />
        </div>
      )}
      <Legend transcript={transcript} />
    </div>
  );
}

function FollowButton({ onFollow }: { onFollow: () => void }) {
  const { t } = useTranslation();
  return (
    <Button size="xs" radius="xl" leftSection={<IconFocusCentered size={14} />} onClick={onFollow}>
      {t('recordings.transcript.follow')}
    </Button>
  );
}

interface HeadProps {
  transcript: Said;
  names: Props['names'];
  wanted: string;
  onWanted: (text: string) => void;
  count: number;
  chosen: number;
  onChoose: (which: number) => void;
}

/** Find in it, and take it along. */
function Head({ transcript, names, wanted, onWanted, count, chosen, onChoose }: HeadProps) {
  const { t } = useTranslation();
  const format = useFormats();
  const field = useRef<HTMLInputElement>(null);
  useShortcut('find', () => field.current?.select());
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Enter' && count > 0) onChoose(chosen + (event.shiftKey ? -1 : 1));
    if (event.key === 'Escape') field.current?.blur();
  };
  return (
    <Group gap={6} wrap="nowrap" className={classes.head}>
      <TextInput
        ref={field}
        flex={1}
        miw={0}
        size="xs"
        type="search"
        aria-label={t('recordings.transcript.find')}
        placeholder={t('recordings.transcript.find')}
        autoComplete="off"
        spellCheck={false}
        maxLength={100}
        leftSection={<IconSearch size={15} stroke={1.75} />}
        rightSection={wanted && <CloseButton size="xs" aria-label={t('common.clear')} onClick={() => onWanted('')} />}
        value={wanted}
        onChange={(event) => onWanted(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      {wanted.trim() !== '' && (
        <>
          <Text size="xs" c="dimmed" role="status" className={classes.count}>
            {count > 0
              ? t('recordings.transcript.hit', { at: format.number(chosen + 1), of: format.number(count) })
              : t('recordings.transcript.noHit')}
          </Text>
          <ActionIcon
            size="md"
            disabled={count === 0}
            onClick={() => onChoose(chosen - 1)}
            aria-label={t('recordings.transcript.previous')}
          >
            <IconArrowUp size={16} />
          </ActionIcon>
          <ActionIcon size="md" disabled={count === 0} onClick={() => onChoose(chosen + 1)} aria-label={t('recordings.transcript.next')}>
            <IconArrowDown size={16} />
          </ActionIcon>
        </>
      )}
      <CopyButton value={asText(transcript, names)}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? t('common.copied') : t('recordings.transcript.copy')}>
            <ActionIcon size="md" onClick={copy} aria-label={t('recordings.transcript.copy')}>
              {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </Group>
  );
}

/** What the marked words mean, where there are any. */
function Legend({ transcript }: { transcript: Said }) {
  const { t } = useTranslation();
  const words = transcript.utterances.flatMap((utterance) => utterance.words);
  const unsure = words.some((word) => word.confidence < UNSURE && !isMasked(word.word));
  const masked = words.some((word) => isMasked(word.word));
  if (!unsure && !masked) return null;
  return (
    <Text size="xs" c="dimmed" className={classes.legend}>
      {unsure && (
        <span>
          <span className={classes.unsure}>{t('recordings.transcript.unsureSample')}</span> {t('recordings.transcript.unsure')}
        </span>
      )}
      {masked && (
        <span>
          <span className={classes.masked}>•••</span> {t('recordings.transcript.masked')}
        </span>
      )}
    </Text>
  );
}

function hitsByUtterance(found: { utterance: number; word: number; count: number }[]): Map<number, ReadonlySet<number>> {
  const hits = new Map<number, Set<number>>();
  for (const { utterance, word, count } of found) {
    const words = hits.get(utterance) ?? new Set<number>();
    for (let i = 0; i < count; i++) words.add(word + i);
    hits.set(utterance, words);
  }
  return hits;
}

function asText(transcript: Said, names: Props['names']): string {
  return transcript.utterances.map(({ start, speaker, text }) => `[${clock(start)}] ${names[speaker]}: ${text}`).join('\n');
}
