import { Badge } from '@mantine/core';
import { IconAlertOctagon } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/shared/api/client';
import { useFormats } from '@/shared/time/format';

/** A total in a list: its number, and by colour and sign whether it is enough. */
export function TotalBadge({ score }: { score: Schemas['ScoreBrief'] }) {
  const { t } = useTranslation();
  const format = useFormats();
  const shown = score.total === null ? '–' : format.number(Math.round(score.total));
  if (score.failed)
    return (
      <Badge color="red" leftSection={<IconAlertOctagon size={12} role="img" aria-label={t('quality.verdict.failed')} />}>
        {shown}
      </Badge>
    );
  return <Badge color={score.passed === null ? 'gray' : score.passed ? 'green' : 'red'}>{shown}</Badge>;
}
