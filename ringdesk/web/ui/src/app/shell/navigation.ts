import {
  IconAddressBook,
  IconArrowsUpDown,
  IconCalendarTime,
  IconChartHistogram,
  IconChartLine,
  IconChecklist,
  IconFileAnalytics,
  IconLayoutDashboard,
  IconHeadphones,
  IconHeadset,
  IconHistory,
  IconMicrophone2,
  IconPhoneCalling,
  IconServerCog,
  IconShieldLock,
  IconUserCog,
  IconUsersGroup,
  IconListCheck,
  IconTag,
  IconTargetArrow,
  IconUsersPlus,
  IconMessageSearch,
  IconUserStar,
  type Icon,
} from '@tabler/icons-react';
import type { Right } from '@/features/session/rights';
import type { ShortcutId } from '@/shared/keys/shortcuts';

export interface Place {
  to:
    | '/'
    | '/customers'
    | '/calls'
    | '/callbacks'
    | '/recordings'
    | '/floor'
    | '/statistics'
    | '/statistics/changes'
    | '/statistics/own'
    | '/statistics/staffing'
    | '/statistics/shifts'
    | '/search/said'
    | '/quality/reviews'
    | '/quality/scores'
    | '/quality/trends'
    | '/quality/scorecards'
    | '/admin/users'
    | '/admin/teams'
    | '/admin/targets'
    | '/admin/dispositions'
    | '/admin/recordings'
    | '/admin/system'
    | '/admin/audit';
  name:
    | 'desk'
    | 'customers'
    | 'calls'
    | 'callbacks'
    | 'recordings'
    | 'floor'
    | 'statistics'
    | 'changes'
    | 'ownReports'
    | 'staffing'
    | 'shifts'
    | 'said'
    | 'reviews'
    | 'scores'
    | 'trends'
    | 'scorecards'
    | 'users'
    | 'teams'
    | 'targets'
    | 'dispositions'
    | 'recordingSettings'
    | 'system'
    | 'audit';
  icon: Icon;
  right: Right;
  shortcut?: ShortcutId;
}

export const WORK: Place[] = [
  { to: '/', name: 'desk', icon: IconHeadset, right: 'desk', shortcut: 'goDesk' },
  { to: '/customers', name: 'customers', icon: IconAddressBook, right: 'customers.read', shortcut: 'goCustomers' },
  { to: '/calls', name: 'calls', icon: IconHistory, right: 'calls.read', shortcut: 'goCalls' },
  { to: '/callbacks', name: 'callbacks', icon: IconPhoneCalling, right: 'callbacks', shortcut: 'goCallbacks' },
  { to: '/recordings', name: 'recordings', icon: IconHeadphones, right: 'recordings.read', shortcut: 'goRecordings' },
  { to: '/floor', name: 'floor', icon: IconLayoutDashboard, right: 'floor', shortcut: 'goFloor' },
];

/** How the service is. */
export const STATISTICS: Place[] = [
  { to: '/statistics', name: 'statistics', icon: IconChartHistogram, right: 'reports' },
  { to: '/statistics/changes', name: 'changes', icon: IconArrowsUpDown, right: 'reports' },
  { to: '/statistics/own', name: 'ownReports', icon: IconFileAnalytics, right: 'reports' },
  { to: '/statistics/staffing', name: 'staffing', icon: IconUsersPlus, right: 'reports' },
  { to: '/statistics/shifts', name: 'shifts', icon: IconCalendarTime, right: 'reports' },
];

/** What the recordings are good for. */
export const QUALITY: Place[] = [
  { to: '/search/said', name: 'said', icon: IconMessageSearch, right: 'recordings.read' },
  { to: '/quality/reviews', name: 'reviews', icon: IconListCheck, right: 'recordings.read' },
  { to: '/quality/scores', name: 'scores', icon: IconUserStar, right: 'recordings.read' },
  { to: '/quality/trends', name: 'trends', icon: IconChartLine, right: 'quality' },
  { to: '/quality/scorecards', name: 'scorecards', icon: IconChecklist, right: 'scorecards.manage' },
];

export const ADMINISTRATION: Place[] = [
  { to: '/admin/users', name: 'users', icon: IconUserCog, right: 'users.manage' },
  { to: '/admin/teams', name: 'teams', icon: IconUsersGroup, right: 'users.manage' },
  { to: '/admin/targets', name: 'targets', icon: IconTargetArrow, right: 'reports.manage' },
  { to: '/admin/dispositions', name: 'dispositions', icon: IconTag, right: 'reports.manage' },
  { to: '/admin/recordings', name: 'recordingSettings', icon: IconMicrophone2, right: 'recordings.manage' },
  { to: '/admin/system', name: 'system', icon: IconServerCog, right: 'system.read' },
  { to: '/admin/audit', name: 'audit', icon: IconShieldLock, right: 'audit.read' },
];

export const PLACES = [...WORK, ...STATISTICS, ...QUALITY, ...ADMINISTRATION];
