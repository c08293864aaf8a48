import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router';
import { parseSearch } from '@/features/calls/search';
import { parseCustomerSearch } from '@/features/customers/search';
import { meQuery } from '@/features/session/api/me';
import { may } from '@/features/session/rights';
import { Failed, Loading } from '@/shared/ui/States';
import { page } from './guard';
import { NoSuchPage } from './pages/NoAccess';
import { SignInPage } from './pages/SignInPage';
import { PLACES } from './shell/navigation';
import { Shell } from './shell/Shell';

const root = createRootRouteWithContext<{ queries: QueryClient }>()({ component: Outlet, notFoundComponent: NoSuchPage });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (raw: Record<string, unknown>): { then?: string } => (typeof raw.then === 'string' ? { then: raw.then } : {}),
  beforeLoad: async ({ context }) => {
    if (await context.queries.ensureQueryData(meQuery)) throw redirect({ to: '/' });
  },
  component: SignInPage,
});

const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ context, location }) => {
    const me = await context.queries.ensureQueryData(meQuery);
    if (!me) throw redirect({ to: '/sign-in', search: { then: location.href === '/' ? undefined : location.href } });
  },
  component: Shell,
});

const desk = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  beforeLoad: async ({ context }) => {
    const me = await context.queries.ensureQueryData(meQuery);
    // Who has no desk begins with the first page they have.
    const first = me && PLACES.find((place) => may(me, place.right));
    if (first && first.to !== '/') throw redirect({ to: first.to, replace: true });
  },
  component: page('desk', () => import('./desk/DeskPage'), 'DeskPage'),
});

const customers = createRoute({ getParentRoute: () => signedIn, path: '/customers' });
const customersList = createRoute({
  getParentRoute: () => customers,
  path: '/',
  validateSearch: parseCustomerSearch,
  component: page('customers.read', () => import('./pages/CustomersPage'), 'CustomersPage'),
});
const customerNew = createRoute({
  getParentRoute: () => customers,
  path: '/new',
  component: page('customers.write', () => import('./pages/CustomerEditPage'), 'CustomerNewPage'),
});
const duplicates = createRoute({
  getParentRoute: () => customers,
  path: '/duplicates',
  component: page('customers.merge', () => import('./pages/DuplicatesPage'), 'DuplicatesPage'),
});
const customer = createRoute({
  getParentRoute: () => customers,
  path: '/$customerId',
  params: {
    parse: ({ customerId }) => ({ customerId: Number(customerId) || 0 }),
    stringify: ({ customerId }) => ({ customerId: String(customerId) }),
  },
});
const customerShown = createRoute({
  getParentRoute: () => customer,
  path: '/',
  component: page('customers.read', () => import('./pages/CustomerPage'), 'CustomerPage'),
});
const customerEdit = createRoute({
  getParentRoute: () => customer,
  path: '/edit',
  component: page('customers.write', () => import('./pages/CustomerEditPage'), 'CustomerEditPage'),
});

const calls = createRoute({
  getParentRoute: () => signedIn,
  path: '/calls',
  validateSearch: parseSearch,
  component: page('calls.read', () => import('./pages/CallsPage'), 'CallsPage'),
});
const call = createRoute({
  getParentRoute: () => calls,
  path: '/$callId',
  component: page('calls.read', () => import('./pages/CallDrawer'), 'CallDrawer'),
});

const callbacks = createRoute({
  getParentRoute: () => signedIn,
  path: '/callbacks',
  component: page('callbacks', () => import('./pages/CallbacksPage'), 'CallbacksPage'),
});
const floor = createRoute({
  getParentRoute: () => signedIn,
  path: '/floor',
  component: page('floor', () => import('./pages/FloorPage'), 'FloorPage'),
});
const users = createRoute({
  getParentRoute: () => signedIn,
  path: '/admin/users',
  component: page('users.manage', () => import('./pages/UsersPage'), 'UsersPage'),
});
const teams = createRoute({
  getParentRoute: () => signedIn,
  path: '/admin/teams',
  component: page('users.manage', () => import('./pages/TeamsPage'), 'TeamsPage'),
});
const system = createRoute({
  getParentRoute: () => signedIn,
  path: '/admin/system',
  component: page('system.read', () => import('./pages/SystemPage'), 'SystemPage'),
});
const audit = createRoute({
  getParentRoute: () => signedIn,
  path: '/admin/audit',
  component: page('audit.read', () => import('./pages/AuditPage'), 'AuditPage'),
});
const profile = createRoute({
  getParentRoute: () => signedIn,
  path: '/profile',
  component: lazyRouteComponent(() => import('./pages/ProfilePage'), 'ProfilePage'),
});

const tree = root.addChildren([
  signIn,
  signedIn.addChildren([
    desk,
    customers.addChildren([customersList, customerNew, duplicates, customer.addChildren([customerShown, customerEdit])]),
    calls.addChildren([call]),
    callbacks,
    floor,
    users,
    teams,
    system,
    audit,
    profile,
  ]),
]);

export function makeRouter(queries: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { queries },
    defaultPreload: 'intent',
    defaultNotFoundComponent: NoSuchPage,
    defaultPendingComponent: () => <Loading lines={6} height={24} />,
    defaultErrorComponent: ({ error, reset }) => <Failed error={error} onRetry={reset} />,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
