import { Stack, VisuallyHidden } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useDesk } from '@/features/cards/useDesk';
import { usePageTitle } from '@/shared/ui/Page';
import pages from '@/shared/ui/Page.module.css';
import { Home } from './Home';
import { Stage } from './Stage';

/** The agent's desk: the cards of the calls, or a calm place to wait for them. */
export function DeskPage() {
  const { t } = useTranslation();
  const desk = useDesk();
  usePageTitle(t('nav.desk'));
  return (
    <Stack className={pages.page}>
      {desk.cards.length > 0 ? (
        <Stage desk={desk} />
      ) : (
        <>
          <VisuallyHidden component="h1">{t('nav.desk')}</VisuallyHidden>
          <Home />
        </>
      )}
    </Stack>
  );
}
