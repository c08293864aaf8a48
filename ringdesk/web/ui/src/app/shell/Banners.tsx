import { Button, Transition } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPlugConnectedX, IconRefresh, IconWifiOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useDesk } from '@/features/cards/useDesk';
import { useConnection } from '@/shared/live/connection';
import classes from './Banners.module.css';

const PATIENCE = 1_200; // ms; a connection that is back by then was not worth a word

/** What one should know about the line to the server and to the PBX; nothing while all is well. */
export function Banners() {
  const { t } = useTranslation();
  const connection = useConnection();
  const [lasting] = useDebouncedValue(connection, PATIENCE);
  const { link } = useDesk();
  const lost = connection === 'lost' && lasting === 'lost';
  const down = connection === 'online' && (link === 'down' || link === 'login_refused');
  return (
    <div role="status" aria-live="polite">
      <Banner shown={lost} icon={<IconWifiOff size={17} />}>
        {t('banner.lost')}
      </Banner>
      <Banner shown={down} icon={<IconPlugConnectedX size={17} />}>
        {t('banner.pbxDown')}
      </Banner>
      <Banner shown={connection === 'outdated'} icon={<IconRefresh size={17} />}>
        {t('banner.outdated')}
        <Button size="compact-sm" variant="default" onClick={() => window.location.reload()}>
          {t('banner.reload')}
        </Button>
      </Banner>
    </div>
  );
}

function Banner({ shown, icon, children }: { shown: boolean; icon: ReactNode; children: ReactNode }) {
  return (
    <Transition mounted={shown} transition="slide-down" duration={160}>
      {(style) => (
        <div className={classes.banner} data-tone="ringing" style={style}>
          {icon}
          {children}
        </div>
      )}
    </Transition>
  );
}
