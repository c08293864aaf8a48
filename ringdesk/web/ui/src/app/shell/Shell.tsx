import { AppShell, Group, VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useNavigate, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { cardName } from '@/features/cards/CardIdentity';
import { useDesk } from '@/features/cards/useDesk';
import { meQuery } from '@/features/session/api/me';
import { MeContext, useMay } from '@/features/session/rights';
import { listenForShortcuts, useShortcut } from '@/shared/keys/shortcuts';
import { useNarrow } from '@/shared/list/useNarrow';
import { Logo } from '@/shared/ui/Logo';
import { useArrivals } from '../live/useArrivals';
import { useLive } from '../live/useLive';
import { Banners } from './Banners';
import { CallStrip } from './CallStrip';
import { HelpSheet } from './HelpSheet';
import { MobileNav } from './MobileNav';
import { WORK } from './navigation';
import { PresenceSwitch } from './PresenceSwitch';
import { Search, SearchButton } from './Search';
import classes from './Shell.module.css';
import { Sidebar } from './Sidebar';
import { UserMenu } from './UserMenu';

/** Everything behind the sign-in. */
export function Shell() {
  const { data: me } = useQuery(meQuery);
  const router = useRouter();
  const gone = !me;
  useEffect(() => {
    if (gone) void router.invalidate(); // the route's own guard leads to the sign-in, and back from there
  }, [gone, router]);
  if (gone) return null;
  return (
    <MeContext value={me}>
      <Frame key={me.id} me={me.id} />
    </MeContext>
  );
}

function Frame({ me }: { me: number }) {
  const { t } = useTranslation();
  const narrow = useNarrow();
  useLive(me);
  useArrivals();
  useKeys();
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 232, breakpoint: 'sm', collapsed: { mobile: true } }}
      footer={{ height: 60, collapsed: !narrow }}
      padding={0}
      layout="alt"
      withBorder={false}
    >
      <a href="#main" className={classes.skip}>
        {t('nav.skip')}
      </a>
      <AppShell.Navbar className={classes.navbar}>
        <Sidebar />
      </AppShell.Navbar>
      <AppShell.Header className={classes.header}>
        <Group h="100%" px={{ base: 'sm', sm: 'lg' }} gap="sm" justify="space-between" wrap="nowrap">
          {narrow && (
            <Link to="/" aria-label={t('nav.home')} className={classes.logo}>
              <Logo size={28} />
            </Link>
          )}
          {!narrow && <SearchButton />}
          <Group gap="xs" wrap="nowrap" miw={0}>
            <PresenceSwitch />
            {narrow && <SearchButton />}
            {narrow && <UserMenu compact />}
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Main id="main" tabIndex={-1} className={classes.main}>
        <Banners />
        <CallStrip />
        <Incoming />
        <div className={classes.content}>
          <Outlet />
        </div>
      </AppShell.Main>
      {narrow && (
        <AppShell.Footer className={classes.footer}>
          <MobileNav />
        </AppShell.Footer>
      )}
      <Search />
      <HelpSheet />
    </AppShell>
  );
}

/** Says a new call to whoever does not see the screen. */
function Incoming() {
  const { t } = useTranslation();
  const { cards } = useDesk();
  const ringing = cards.find((c) => !c.over && c.card.state === 'ringing' && c.card.direction !== 'out');
  return (
    <VisuallyHidden role="alert">
      {ringing && t('card.incomingFrom', { name: cardName(ringing.card, t), queue: ringing.card.queue ?? '' })}
    </VisuallyHidden>
  );
}

function useKeys(): void {
  const may = useMay();
  const navigate = useNavigate();
  const { cards } = useDesk();
  const go = (name: string) => {
    const place = WORK.find((p) => p.name === name);
    if (place && may(place.right)) void navigate({ to: place.to });
  };
  useEffect(listenForShortcuts, []);
  useShortcut('goDesk', () => go('desk'));
  useShortcut('goCustomers', () => go('customers'));
  useShortcut('goCalls', () => go('calls'));
  useShortcut('goCallbacks', () => go('callbacks'));
  useShortcut('goRecordings', () => go('recordings'));
  useShortcut('goFloor', () => go('floor'));
  // On the desk the card itself has this key.
  useShortcut('card', () => go('desk'), cards.length > 0);
}
