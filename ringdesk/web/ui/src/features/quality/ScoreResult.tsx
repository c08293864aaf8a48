import { Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useFormats } from '@/shared/time/format';
import { useTranslation } from 'react-i18next';
import { AnswerRow } from './AnswerRow';
import type { Answer, Score } from './api/scores';
import classes from './ScoreResult.module.css';
import { bySection } from './sections';

interface Props {
  score: Score;
  onSeek?: (seconds: number) => void;
  editor?: (answer: Answer) => ReactNode;
}

/** Every section with its questions. */
export function ScoreResult({ score, onSeek, editor }: Props) {
  const { t } = useTranslation();
  const format = useFormats();
  return (
    <Stack gap="md">
      {bySection(score.answers).map(({ title, answers, points, most }) => (
        <section key={title} aria-label={title}>
          <header className={classes.head}>
            <h3 className={classes.title}>{title}</h3>
            <span className={classes.points}>
              {most > 0 && t('quality.points', { points: format.tenths(points), most: format.tenths(most) })}
            </span>
          </header>
          <ul className={classes.list}>
            {answers.map((answer) => (
              <AnswerRow key={answer.question_id} answer={answer} onSeek={onSeek} editor={editor?.(answer)} />
            ))}
          </ul>
        </section>
      ))}
    </Stack>
  );
}
