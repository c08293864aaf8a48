import { UnstyledButton } from '@mantine/core';
import { IconPlayerPlayFilled } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { clock, useFormats } from '@/shared/time/format';
import type { Evidence as Piece } from './api/scores';
import classes from './Evidence.module.css';
import { isQuoted, noteOf } from './notes';

interface Props {
  pieces: Piece[];
  /** Without it there is nothing to play here: the same, as text. */
  onSeek?: (seconds: number) => void;
}

/** Where it was heard: each place can be played. */
export function Evidence({ pieces, onSeek }: Props) {
  const { t } = useTranslation();
  if (pieces.length === 0) return null;
  return (
    <ul className={classes.list} aria-label={t('quality.evidence')}>
      {pieces.map((piece, i) => (
        <li key={i}>
          {onSeek ? (
            <UnstyledButton
              className={classes.chip}
              data-playable
              onClick={() => onSeek(piece.start)}
              title={t('quality.playFrom', { at: clock(piece.start) })}
            >
              <IconPlayerPlayFilled size={10} aria-hidden />
              <Words piece={piece} />
            </UnstyledButton>
          ) : (
            <span className={classes.chip}>
              <Words piece={piece} />
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

function Words({ piece }: { piece: Piece }) {
  const { t } = useTranslation();
  const format = useFormats();
  const note = noteOf(piece.text);
  return (
    <>
      <span className={classes.time}>{clock(piece.start)}</span>
      <span className={classes.words}>
        {piece.speaker && `${t(`quality.speaker.${piece.speaker}`)}: `}
        {note ? t(`quality.note.${note}`) : isQuoted(piece) ? t('quality.said', { words: piece.text }) : piece.text}
      </span>
      {piece.confidence !== null && <span className={classes.sure}>{format.percent(piece.confidence)}</span>}
    </>
  );
}
