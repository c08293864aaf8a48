import { Drawer } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconDots } from '@tabler/icons-react';
import { Link, useRouterState } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/features/session/rights';
import classes from './MobileNav.module.css';
import { PLACES } from './navigation';
import { Places } from './Sidebar';
import { useOpenCallbacks } from './useOpenCallbacks';

const ROOM = 4; // places beside "more"

/** At the thumb. */
export function MobileNav() {
  const { t } = useTranslation();
  const may = useMay();
  const [opened, more] = useDisclosure(false);
  const places = PLACES.filter((place) => may(place.right));
  const rest = places.slice(ROOM);
  const callbacks = useOpenCallbacks();
  const inRest = useRouterState({ select: ({ location }) => rest.some(({ to }) => location.pathname.startsWith(to)) });
  return (
    <nav aria-label={t('nav.main')} className={classes.nav}>
      {places.slice(0, ROOM).map(({ to, name, icon: Icon }) => (
        <Link key={to} to={to} className={classes.link} activeOptions={{ exact: to === '/', includeSearch: false }}>
          <Icon size={22} stroke={1.6} aria-hidden />
          <span>{t(`nav.${name}`)}</span>
          {name === 'callbacks' && callbacks && (
            <span className={classes.count} aria-label={t('nav.openCallbacks', { count: callbacks.count })}>
              {callbacks.shown}
            </span>
          )}
        </Link>
      ))}
      {rest.length > 0 && (
        <button
          type="button"
          className={classes.link}
          data-status={inRest ? 'active' : undefined}
          onClick={more.open}
          aria-haspopup="dialog"
        >
          <IconDots size={22} stroke={1.6} aria-hidden />
          <span>{t('nav.more')}</span>
        </button>
      )}
      <Drawer opened={opened} onClose={more.close} position="bottom" size="auto" title={t('nav.more')}>
        <Places places={rest} onOpen={more.close} />
      </Drawer>
    </nav>
  );
}
