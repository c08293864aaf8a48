import { useTranslation } from 'react-i18next';
import { SystemFacts } from '@/features/system/SystemFacts';
import { Page } from '@/shared/ui/Page';

export function SystemPage() {
  const { t } = useTranslation();
  return (
    <Page title={t('system.title')} hint={t('system.hint')}>
      <SystemFacts />
    </Page>
  );
}
