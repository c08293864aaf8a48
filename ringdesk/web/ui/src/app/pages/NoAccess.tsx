import { Button } from '@mantine/core';
import { IconLock, IconMapOff } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { usePageTitle } from '@/shared/ui/Page';
import { Nothing } from '@/shared/ui/States';

export function NoAccess() {
  const { t } = useTranslation();
  usePageTitle(t('access.none'));
  return (
    <Nothing icon={<IconLock stroke={1.5} />} title={t('access.none')} hint={t('access.noneHint')}>
      <Button variant="default" renderRoot={(props) => <Link {...props} to="/" />}>
        {t('access.home')}
      </Button>
    </Nothing>
  );
}

export function NoSuchPage() {
  const { t } = useTranslation();
  usePageTitle(t('access.noPage'));
  return (
    <Nothing icon={<IconMapOff stroke={1.5} />} title={t('access.noPage')} hint={t('access.noPageHint')}>
      <Button variant="default" renderRoot={(props) => <Link {...props} to="/" />}>
        {t('access.home')}
      </Button>
    </Nothing>
  );
}
