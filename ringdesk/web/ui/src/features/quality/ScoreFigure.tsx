import { Badge, Group, RingProgress, Text } from '@mantine/core';
import { IconAlertOctagon, IconCheck, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/shared/time/format';
import type { Score } from './api/scores';
import classes from './ScoreFigure.module.css';

type Result = Pick<Score, 'total' | 'failed' | 'passed'>;

/** The total as a figure, with whether that is enough. */
export function ScoreFigure({ score, children }: { score: Result; children?: React.ReactNode }) {
  const { t } = useTranslation();
  const format = useFormats();
  const color = score.failed || score.passed === false ? 'red' : 'green';
  return (
    <Group gap="md" wrap="nowrap">
      <RingProgress
        size={76}
        thickness={7}
        roundCaps
        aria-hidden
        rootColor="var(--rd-line)"
        sections={score.total === null ? [] : [{ value: score.total, color: `var(--mantine-color-${color}-6)` }]}
        label={
          <Text ta="center" className={classes.total}>
            {score.total === null ? '–' : format.number(Math.round(score.total))}
          </Text>
        }
      />
      <div>
        <Text size="sm" fw={600}>
          {score.total === null ? t('quality.noTotal') : t('quality.total', { total: format.tenths(score.total) })}
        </Text>
        <Group gap={6} mt={4}>
          <Verdict score={score} />
        </Group>
        {children}
      </div>
    </Group>
  );
}

/** Whether it is enough, in a word. */
export function Verdict({ score }: { score: Result }) {
  const { t } = useTranslation();
  if (score.failed)
    return (
      <Badge color="red" leftSection={<IconAlertOctagon size={12} aria-hidden />}>
        {t('quality.verdict.failed')}
      </Badge>
    );
  if (score.passed === null) return null;
  return score.passed ? (
    <Badge color="green" leftSection={<IconCheck size={12} aria-hidden />}>
      {t('quality.verdict.passed')}
    </Badge>
  ) : (
    <Badge color="red" leftSection={<IconX size={12} aria-hidden />}>
      {t('quality.verdict.below')}
    </Badge>
  );
}
