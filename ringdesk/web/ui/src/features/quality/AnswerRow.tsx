import { Group, Text } from '@mantine/core';
import { IconAlertOctagon, IconCpu, IconUser } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/shared/time/format';
import { AnswerBadge } from './AnswerBadge';
import classes from './AnswerRow.module.css';
import type { Answer } from './api/scores';
import { Evidence } from './Evidence';
import { useMeasured } from './measured';
import { isQuoted } from './notes';

interface Props {
  answer: Answer;
  onSeek?: (seconds: number) => void;
  /** For who may answer. */
  editor?: ReactNode;
}

/** One question with its answer, whose it is, and what it rests on. */
export function AnswerRow({ answer, onSeek, editor }: Props) {
  const { t } = useTranslation();
  const format = useFormats();
  const measured = useMeasured();
  const shown = measured(answer);
  return (
    <li className={classes.row} data-fails={(answer.auto_fail && answer.answer === 'no') || undefined}>
      <div className={classes.head}>
        <Text size="sm" fw={550} className={classes.question}>
          {answer.question}
        </Text>
        <Text size="xs" c="dimmed" className={classes.points}>
          {answer.max_points > 0
            ? t('quality.points', { points: format.tenths(answer.points), most: format.tenths(answer.max_points) })
            : t('quality.notCounted')}
        </Text>
      </div>
      <Group gap="xs" mt={6}>
        <AnswerBadge answer={answer.answer} />
        {shown && (
          <Text size="xs" fw={550} className={classes.figure}>
            {shown}
          </Text>
        )}
        <By answer={answer} />
      </Group>
      {answer.auto_fail && answer.answer === 'no' && (
        <Group gap={6} mt={6} wrap="nowrap" className={classes.fatal}>
          <IconAlertOctagon size={14} aria-hidden />
          <Text size="xs">{t('quality.autoFailed')}</Text>
        </Group>
      )}
      {answer.answer === 'cannot_tell' && (
        <Text size="xs" c="dimmed" mt={6}>
          {answer.evidence.some(isQuoted) ? t('quality.unsure') : t('quality.unheard')}
        </Text>
      )}
      {answer.evidence.length > 0 && (
        <div className={classes.evidence}>
          <Evidence pieces={answer.evidence} onSeek={onSeek} />
        </div>
      )}
      {answer.note && !editor && (
        <Text size="sm" className={classes.note}>
          {answer.note}
        </Text>
      )}
      {editor}
    </li>
  );
}

function By({ answer }: { answer: Answer }) {
  const { t } = useTranslation();
  if (answer.by === null) return null;
  const Icon = answer.by === 'machine' ? IconCpu : IconUser;
  const differs = answer.by === 'user' && answer.machine !== null && answer.machine !== answer.answer;
  return (
    <Group gap={4} wrap="nowrap" c="dimmed">
      <Icon size={14} stroke={1.75} aria-hidden />
      <Text size="xs">
        {answer.by === 'machine' ? t('quality.machine') : (answer.who?.name ?? t('common.somebody'))}
        {differs && answer.machine && ` · ${t('quality.machineSaid', { answer: t(`quality.answer.${answer.machine}`) })}`}
      </Text>
    </Group>
  );
}
