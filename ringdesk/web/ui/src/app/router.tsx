import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router';
import { parseSearch } from '@/features/calls/search';
import { parseCustomerSearch } from '@/features/customers/search';
import { parseReviewSearch, parseScoreSearch } from '@/features/quality/search';
import { parseMoment, parseRecordingSearch } from '@/features/recordings/search';
import { parseSaidSearch } from '@/features/said/search';
import { meQuery } from '@/features/session/api/me';
import { may } from '@/features/session/rights';
import { parseBehindSearch } from '@/features/statistics/behind';
import { parseNewSearch, parseOwnSearch } from '@/features/statistics/own/search';
import { parseStatSearch } from '@/features/statistics/search';
import { parseShiftSearch } from '@/features/statistics/shifts/search';
import { parseStaffingSearch } from '@/features/statistics/staffing/search';
import { parseTrendSearch } from '@/features/trends/search';
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

const calls = createRoute({ getParentRoute: () => signedIn, path: '/calls' });
const callsList = createRoute({
  getParentRoute: () => calls,
  path: '/',
  validateSearch: parseSearch,
  component: page('calls.read', () => import('./pages/CallsPage'), 'CallsPage'),
});
const call = createRoute({
  getParentRoute: () => calls,
  path: '/$callId',
  validateSearch: (raw: Record<string, unknown>): { recording?: number; t?: number } => {
    const recording = Number(raw.recording);
    return { ...(recording > 0 && { recording }), ...parseMoment(raw) };
  },
  component: page('calls.read', () => import('./pages/CallPage'), 'CallPage'),
});

const recordings = createRoute({ getParentRoute: () => signedIn, path: '/recordings' });
const recordingsList = createRoute({
  getParentRoute: () => recordings,
  path: '/',
  validateSearch: parseRecordingSearch,
  component: page('recordings.read', () => import('./pages/RecordingsPage'), 'RecordingsPage'),
});
const recording = createRoute({
  getParentRoute: () => recordings,
  path: '/$recordingId',
  params: {
    parse: ({ recordingId }) => ({ recordingId: Number(recordingId) || 0 }),
    stringify: ({ recordingId }) => ({ recordingId: String(recordingId) }),
  },
  validateSearch: parseMoment,
  component: page('recordings.read', () => import('./pages/RecordingPage'), 'RecordingPage'),
});
const recordingSettings = createRoute({
  getParentRoute: () => signedIn,
  path: '/admin/recordings',
  component: page('recordings.manage', () => import('./pages/RecordingSettingsPage'), 'RecordingSettingsPage'),
});

const said = createRoute({
  getParentRoute: () => signedIn,
  path: '/search/said',
  validateSearch: parseSaidSearch,
  component: page('recordings.read', () => import('./pages/SaidPage'), 'SaidPage'),
});
const quality = createRoute({ getParentRoute: () => signedIn, path: '/quality' });
const reviews = createRoute({
  getParentRoute: () => quality,
  path: '/reviews',
  validateSearch: parseReviewSearch,
  component: page('recordings.read', () => import('./pages/ReviewsPage'), 'ReviewsPage'),
});
const agreement = createRoute({
  getParentRoute: () => quality,
  path: '/agreement',
  component: page('quality', () => import('./pages/AgreementPage'), 'AgreementPage'),
});
const scores = createRoute({
  getParentRoute: () => quality,
  path: '/scores',
  validateSearch: parseScoreSearch,
  component: page('recordings.read', () => import('./pages/ScoresPage'), 'ScoresPage'),
});
const trends = createRoute({
  getParentRoute: () => quality,
  path: '/trends',
  validateSearch: parseTrendSearch,
  component: page('quality', () => import('./pages/TrendsPage'), 'TrendsPage'),
});
const scorecards = createRoute({
  getParentRoute: () => quality,
  path: '/scorecards',
  component: page('scorecards.manage', () => import('./pages/ScorecardsPage'), 'ScorecardsPage'),
});
const scorecardNew = createRoute({
  getParentRoute: () => quality,
  path: '/scorecards/new',
  validateSearch: (raw: Record<string, unknown>): { template?: number } =>
    Number(raw.template) > 0 ? { template: Number(raw.template) } : {},
  component: page('scorecards.manage', () => import('./pages/ScorecardPage'), 'ScorecardNewPage'),
});
const scorecard = createRoute({
  getParentRoute: () => quality,
  path: '/scorecards/$scorecardId',
  params: {
    parse: ({ scorecardId }) => ({ scorecardId: Number(scorecardId) || 0 }),
    stringify: ({ scorecardId }) => ({ scorecardId: String(scorecardId) }),
  },
  component: page('scorecards.manage', () => import('./pages/ScorecardPage'), 'ScorecardPage'),
});

const statistics = createRoute({ getParentRoute: () => signedIn, path: '/statistics' });
const overview = createRoute({
  getParentRoute: () => statistics,
  path: '/',
  validateSearch: parseStatSearch,
  component: page('reports', () => import('./pages/StatisticsPage'), 'StatisticsPage'),
});
const changes = createRoute({
  getParentRoute: () => statistics,
  path: '/changes',
  validateSearch: parseStatSearch,
  component: page('reports', () => import('./pages/ChangesPage'), 'ChangesPage'),
});
const report = createRoute({ getParentRoute: () => statistics, path: '/$report' });
const reportShown = createRoute({
  getParentRoute: () => report,
  path: '/',
  validateSearch: parseStatSearch,
  component: page('reports', () => import('./pages/ReportPage'), 'ReportPage'),
});
const behind = createRoute({
  getParentRoute: () => report,
  path: '/calls',
  validateSearch: parseBehindSearch,
  component: page('reports', () => import('./pages/BehindPage'), 'BehindPage'),
});
const own = createRoute({ getParentRoute: () => statistics, path: '/own' });
const ownList = createRoute({
  getParentRoute: () => own,
  path: '/',
  validateSearch: parseOwnSearch,
  component: page('reports', () => import('./pages/OwnReportsPage'), 'OwnReportsPage'),
});
const ownNew = createRoute({
  getParentRoute: () => own,
  path: '/new',
  validateSearch: parseNewSearch,
  component: page('reports', () => import('./pages/OwnReportPage'), 'OwnReportNewPage'),
});
const ownShown = createRoute({
  getParentRoute: () => own,
  path: '/$reportId',
  params: {
    parse: ({ reportId }) => ({ reportId: Number(reportId) || 0 }),
    stringify: ({ reportId }) => ({ reportId: String(reportId) }),
  },
  validateSearch: (raw: Record<string, unknown>): { edit?: true } => (raw.edit === true || raw.edit === 'true' ? { edit: true } : {}),
  component: page('reports', () => import('./pages/OwnReportPage'), 'OwnReportPage'),
});
const dashboards = createRoute({ getParentRoute: () => statistics, path: '/dashboards' });
const dashboard = createRoute({
  getParentRoute: () => dashboards,
  path: '/$dashboardId',
  params: {
    parse: ({ dashboardId }) => ({ dashboardId: Number(dashboardId) || 0 }),
    stringify: ({ dashboardId }) => ({ dashboardId: String(dashboardId) }),
  },
  validateSearch: (raw: Record<string, unknown>): { arrange?: true } =>
    raw.arrange === true || raw.arrange === 'true' ? { arrange: true } : {},
  component: page('reports', () => import('./pages/DashboardPage'), 'DashboardPage'),
});
const staffing = createRoute({
  getParentRoute: () => statistics,
  path: '/staffing',
  validateSearch: parseStaffingSearch,
  component: page('reports', () => import('./pages/StaffingPage'), 'StaffingPage'),
});
const shifts = createRoute({
  getParentRoute: () => statistics,
  path: '/shifts',
  validateSearch: parseShiftSearch,
  component: page('reports', () => import('./pages/ShiftsPage'), 'ShiftsPage'),
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
const targets = createRoute({
  getParentRoute: () => signedIn,
  path: '/admin/targets',
  component: page('reports.manage', () => import('./pages/TargetsPage'), 'TargetsPage'),
});
const dispositions = createRoute({
  getParentRoute: () => signedIn,
  path: '/admin/dispositions',
  component: page('reports.manage', () => import('./pages/DispositionsPage'), 'DispositionsPage'),
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
    calls.addChildren([callsList, call]),
    recordings.addChildren([recordingsList, recording]),
    recordingSettings,
    said,
    quality.addChildren([reviews, agreement, scores, trends, scorecards, scorecardNew, scorecard]),
    statistics.addChildren([
      overview,
      changes,
      own.addChildren([ownList, ownNew, ownShown]),
      dashboards.addChildren([dashboard]),
      staffing,
      shifts,
      report.addChildren([reportShown, behind]),
    ]),
    callbacks,
    floor,
    users,
    teams,
    targets,
    dispositions,
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
