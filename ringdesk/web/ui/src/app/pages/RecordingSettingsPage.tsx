import { Button, Drawer, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queuesQuery } from '@/features/queues/api/queues';
import type { Policy } from '@/features/recordings/api/policies';
import { speechQuery } from '@/features/recordings/api/speech';
import { PoliciesList } from '@/features/recordings/PoliciesList';
import { PolicyForm } from '@/features/recordings/PolicyForm';
import { SpeechState } from '@/features/recordings/SpeechState';
import { Page } from '@/shared/ui/Page';
import { Surface } from '@/shared/ui/Surface';

export function RecordingSettingsPage() {
  const { t } = useTranslation();
  const [open, setOpen] = useState<Policy | 'new' | null>(null);
  const { data: queues } = useQuery(queuesQuery);
  const { data: speech } = useQuery(speechQuery);
  const close = () => setOpen(null);
  const policy = open === null || open === 'new' ? undefined : open;
  return (
    <Page
      title={t('recordings.settings.title')}
      hint={t('recordings.settings.hint')}
      actions={
        <Button leftSection={<IconPlus size={16} />} onClick={() => setOpen('new')}>
          {t('recordings.policy.new')}
        </Button>
      }
    >
      <Surface flush title={t('recordings.policy.title')}>
        <Text size="sm" c="dimmed" px="lg" pb="sm">
          {t('recordings.policy.order')}
        </Text>
        <PoliciesList onEdit={setOpen} />
      </Surface>
      <SpeechState />
      <Drawer
        opened={open !== null}
        onClose={close}
        position="right"
        size={480}
        title={t(policy ? 'recordings.policy.change' : 'recordings.policy.new')}
      >
        {open !== null && (
          <PolicyForm
            key={policy?.id ?? 'new'}
            policy={policy}
            queues={queues?.map((queue) => queue.name) ?? []}
            languages={[...new Set(speech?.models.flatMap((model) => model.language || []) ?? [])]}
            onSaved={close}
          />
        )}
      </Drawer>
    </Page>
  );
}
