import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CallbackList } from '@/features/callbacks/CallbackList';
import { Page } from '@/shared/ui/Page';
import { Surface } from '@/shared/ui/Surface';

export function CallbacksPage() {
  const { t } = useTranslation();
  const [view, setView] = useState('open');
  return (
    <Page
      title={t('callbacks.title')}
      hint={t('callbacks.hint')}
      actions={
        <SegmentedControl
          aria-label={t('callbacks.view')}
          value={view}
          onChange={setView}
          data={[
            { value: 'open', label: t('callbacks.toDo') },
            { value: 'done', label: t('callbacks.done') },
          ]}
        />
      }
    >
      <Surface flush label={t('callbacks.title')}>
        <CallbackList states={view === 'done' ? ['done'] : ['open', 'taken']} />
      </Surface>
    </Page>
  );
}
