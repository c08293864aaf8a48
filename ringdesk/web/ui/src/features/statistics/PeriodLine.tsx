import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Report } from './api/report';
import { useValues } from './values';

/** Which days the figures are of, and what they are compared with. */
export function PeriodLine({ report }: { report: Pick<Report, 'from' | 'to' | 'timezone' | 'previous'> }) {
  const { t } = useTranslation();
  const values = useValues(report.timezone);
  return (
    <Text size="sm" c="dimmed">
      <Text span fw={600} c="var(--mantine-color-text)">
        {values.period(report.from, report.to)}
      </Text>{' '}
      {`(${report.timezone}) `}
      {report.previous && t('statistics.compared', { period: values.period(report.previous.from, report.previous.to) })}
    </Text>
  );
}
