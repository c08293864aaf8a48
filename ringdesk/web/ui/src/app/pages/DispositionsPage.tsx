import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DispositionList } from '@/features/dispositions/DispositionList';
import { queuesQuery } from '@/features/queues/api/queues';
import { Page } from '@/shared/ui/Page';
import { Surface } from '@/shared/ui/Surface';

/** What agents say a call was about. */
export function DispositionsPage() {
  const { t } = useTranslation();
  const { data: queues } = useQuery(queuesQuery);
  const [making, setMaking] = useState(false);
  const begin = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
      {t('dispositions.new')}
    </Button>
  );
  return (
    <Page title={t('dispositions.title')} hint={t('dispositions.hint')} actions={begin}>
      <Surface flush label={t('dispositions.title')}>
        <DispositionList queues={queues?.map((queue) => queue.name) ?? []} making={making} onMade={() => setMaking(false)} begin={begin} />
      </Surface>
    </Page>
  );
}
