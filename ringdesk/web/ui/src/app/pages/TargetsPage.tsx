import { Alert, Group, Progress, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { catalogueQuery } from '@/features/statistics/api/catalogue';
import { reportQuery } from '@/features/statistics/api/report';
import { levelsOf, measuredOf } from '@/features/statistics/targets/measured';
import { TargetList } from '@/features/statistics/targets/TargetList';
import { pbxNow } from '@/shared/time/clock';
import { useFormats } from '@/shared/time/format';
import { Page } from '@/shared/ui/Page';
import { Surface } from '@/shared/ui/Surface';

/** What queues promise. */
export function TargetsPage() {
  const { t } = useTranslation();
  const { data: catalogue } = useQuery(catalogueQuery);
  const zone = catalogue?.timezone;
  const { data: measured } = useQuery({ ...reportQuery('queues', measuredOf(zone ?? 'UTC', pbxNow())), enabled: zone !== undefined });
  return (
    <Page title={t('targets.title')} hint={t('targets.hint')}>
      {measured && measured.recalculating !== null && <Recounting share={measured.recalculating} />}
      <Surface flush label={t('targets.title')}>
        <TargetList levels={measured && levelsOf(measured)} />
      </Surface>
      <Text size="xs" c="dimmed" maw="52rem">
        {t('targets.read')}
      </Text>
    </Page>
  );
}

function Recounting({ share }: { share: number }) {
  const { t } = useTranslation();
  const format = useFormats();
  return (
    <Alert color="accent" role="status" title={t('targets.recounting')}>
      <Text size="sm">{t('targets.recountingHint')}</Text>
      <Group gap="sm" mt="xs" wrap="nowrap">
        <Progress value={share * 100} flex={1} aria-label={t('targets.recounting')} />
        <Text size="sm" fw={600}>
          {format.percent(share)}
        </Text>
      </Group>
    </Alert>
  );
}
