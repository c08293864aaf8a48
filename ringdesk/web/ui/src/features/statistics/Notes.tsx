import { Box, Group, Progress, Text } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/shared/time/format';
import type { Report } from './api/report';

/** What a reader must know about these figures. */
export function Notes({ report }: { report: Pick<Report, 'notes' | 'recalculating'> }) {
  const { t } = useTranslation();
  const format = useFormats();
  const { notes, recalculating } = report;
  if (notes.length === 0 && recalculating === null) return null;
  const progress = recalculating === null ? '' : t('statistics.recalculating', { done: format.percent(recalculating) });
  return (
    <Box role="note" mt="-0.75rem">
      {notes.map((note) => (
        <Group key={note} gap={6} wrap="nowrap" align="flex-start">
          <IconInfoCircle size={15} stroke={1.75} color="var(--mantine-color-dimmed)" style={{ flex: 'none', marginTop: 3 }} aria-hidden />
          <Text size="sm" c="dimmed">
            {note}
          </Text>
        </Group>
      ))}
      {recalculating !== null && (
        <Box maw={360} mt={4}>
          <Text size="xs" c="dimmed">
            {progress}
          </Text>
          <Progress value={recalculating * 100} size="sm" aria-label={progress} />
        </Box>
      )}
    </Box>
  );
}
