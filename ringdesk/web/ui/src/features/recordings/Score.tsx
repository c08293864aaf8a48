import { Badge, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/shared/time/format';
import type { Recording } from './api/recordings';

/** A score in a word; its panel shows why. */
export function Score({ score }: { score: Recording['score'] }) {
  const { t } = useTranslation();
  const format = useFormats();
  if (!score) return null;
  if (score.total === null)
    return (
      <Text span size="xs" c="dimmed">
        {t('recordings.score.none')}
      </Text>
    );
  const colour = score.failed || score.passed === false ? 'red' : score.passed ? 'green' : 'gray';
  const name = t(score.failed ? 'recordings.score.failed' : 'recordings.score.of', {
    total: format.number(Math.round(score.total)),
    card: score.scorecard,
  });
  return (
    <Badge color={colour} title={name} aria-label={name}>
      {format.number(Math.round(score.total))}
    </Badge>
  );
}
