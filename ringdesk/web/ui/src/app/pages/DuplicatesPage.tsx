import { useTranslation } from 'react-i18next';
import { DuplicatesList } from '@/features/customers/DuplicatesList';
import { Page } from '@/shared/ui/Page';

export function DuplicatesPage() {
  const { t } = useTranslation();
  return (
    <Page title={t('customers.duplicates.title')} hint={t('customers.duplicates.hint')}>
      <DuplicatesList />
    </Page>
  );
}
