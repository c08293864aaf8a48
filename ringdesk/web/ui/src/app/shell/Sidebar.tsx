import { Link, useRouterState } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/features/session/rights';
import { Logo, NAME } from '@/shared/ui/Logo';
import { ADMINISTRATION, type Place, PLACES, QUALITY, STATISTICS, WORK } from './navigation';
import classes from './Sidebar.module.css';
import { useOpenCallbacks } from './useOpenCallbacks';
import { UserMenu } from './UserMenu';

/** The pages one may open, and oneself. */
export function Sidebar() {
  const { t } = useTranslation();
  const may = useMay();
  const statistics = STATISTICS.filter((place) => may(place.right));
  const quality = QUALITY.filter((place) => may(place.right));
  const administration = ADMINISTRATION.filter((place) => may(place.right));
  return (
    <div className={classes.sidebar}>
      <Link to="/" className={classes.brand} aria-label={t('nav.home')}>
        <Logo size={26} />
        <span aria-hidden>{NAME}</span>
      </Link>
      <nav aria-label={t('nav.main')} className={classes.nav}>
        <Places places={WORK.filter((place) => may(place.right))} />
        {statistics.length > 0 && (
          <>
            <div className={classes.group}>{t('nav.statisticsGroup')}</div>
            <Places places={statistics} />
          </>
        )}
        {quality.length > 0 && (
          <>
            <div className={classes.group}>{t('nav.quality')}</div>
            <Places places={quality} />
          </>
        )}
        {administration.length > 0 && (
          <>
            <div className={classes.group}>{t('nav.administration')}</div>
            <Places places={administration} />
          </>
        )}
      </nav>
      <UserMenu />
    </div>
  );
}

export function Places({ places, onOpen }: { places: Place[]; onOpen?: () => void }) {
  const { t } = useTranslation();
  const open = useOpenCallbacks();
  const here = useRouterState({ select: ({ location }) => location.pathname });
  // A place within another one is itself where one is, not both.
  const within = (to: string) => PLACES.some((place) => place.to.startsWith(`${to}/`) && here.startsWith(place.to));
  return (
    <ul className={classes.list}>
      {places.map(({ to, name, icon: Icon }) => (
        <li key={to}>
          <Link to={to} className={classes.link} activeOptions={{ exact: to === '/' || within(to), includeSearch: false }} onClick={onOpen}>
            <Icon size={19} stroke={1.65} aria-hidden />
            <span className={classes.name}>{t(`nav.${name}`)}</span>
            {name === 'callbacks' && open && (
              <span className={classes.count} aria-label={t('nav.openCallbacks', { count: open.count })}>
                {open.shown}
              </span>
            )}
          </Link>
        </li>
      ))}
    </ul>
  );
}
