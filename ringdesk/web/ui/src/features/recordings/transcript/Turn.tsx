import { UnstyledButton } from '@mantine/core';
import clsx from 'clsx';
import { Fragment, memo, type MouseEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { clock } from '@/shared/time/format';
import type { Utterance } from '../api/transcript';
import { useSeen } from './near';
import classes from './Transcript.module.css';
import { isMasked, UNSURE } from './words';

interface Props {
  index: number;
  utterance: Utterance;
  name: string;
  /** The word that is said just now; -1 for none. */
  now: number;
  /** The words that were looked for. */
  hits: ReadonlySet<number> | undefined;
  /** Of them the one that is looked at; -1 where that is elsewhere. */
  hit: number;
  onPlay: ((time: number) => void) | undefined;
  /** One of so many that its words are made only when it comes into sight. */
  late: boolean;
}

/** One utterance. Thousands of them stand below each other, so it renders only when something of its own changed. */
export const Turn = memo(function Turn({ utterance, name, now, hits, hit, onPlay, late }: Props) {
  const { t } = useTranslation();
  const place = useRef<HTMLLIElement>(null);
  const inWords = useSeen(place, late) || now >= 0 || hits !== undefined;
  const { speaker, start, words } = utterance;
  const onClick = (event: MouseEvent) => {
    // Who marks text with the mouse wants to copy it.
    if (!onPlay || !(event.target instanceof HTMLElement) || window.getSelection()?.isCollapsed === false) return;
    const word = words[Number(event.target.dataset.word)];
    if (word) onPlay(word.start);
  };
  const at = clock(start);
  return (
    <li ref={place} className={classes.turn} data-speaker={speaker} data-now={now >= 0 || undefined}>
      <div className={classes.who}>
        <span className={classes.name}>{name}</span>
        {onPlay ? (
          <UnstyledButton className={classes.at} onClick={() => onPlay(start)} aria-label={t('recordings.transcript.playFrom', { at })}>
            {at}
          </UnstyledButton>
        ) : (
          <span className={classes.at}>{at}</span>
        )}
      </div>
      {/* The keyboard has the time above, and J and K; the words are a finer way for a pointer. */}
      <p className={classes.text} data-playable={onPlay !== undefined || undefined} onClick={onClick}>
        {inWords
          ? words.map((word, w) => {
              const masked = isMasked(word.word);
              return (
                <Fragment key={w}>
                  <span
                    data-word={w}
                    data-now={w === now || undefined}
                    className={clsx(
                      classes.word,
                      hits?.has(w) && classes.found,
                      w === hit && classes.chosen,
                      masked ? classes.masked : word.confidence < UNSURE && classes.unsure,
                    )}
                    title={masked ? t('recordings.transcript.maskedWord') : undefined}
                  >
                    {word.word}
                  </span>{' '}
                </Fragment>
              );
            })
          : words.map(({ word }) => word).join(' ')}
        {words.length === 0 && utterance.text}
      </p>
    </li>
  );
});
