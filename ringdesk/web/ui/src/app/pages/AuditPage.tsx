import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AuditList } from '@/features/audit/AuditList';
import { PersonSelect } from '@/features/people/PersonSelect';
import { Page } from '@/shared/ui/Page';
import { Surface } from '@/shared/ui/Surface';

export function AuditPage() {
  const { t } = useTranslation();
  const [who, setWho] = useState<number | null>(null);
  return (
    <Page title={t('audit.title')} hint={t('audit.hint')}>
      <PersonSelect aria-label={t('audit.by')} placeholder={t('audit.by')} value={who} onChange={setWho} maw={280} />
      <Surface flush label={t('audit.title')}>
        <AuditList filter={{ user_id: who ?? undefined }} />
      </Surface>
    </Page>
  );
}
