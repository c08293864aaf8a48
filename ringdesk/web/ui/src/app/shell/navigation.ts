import {
  IconAddressBook,
  IconLayoutDashboard,
  IconHeadset,
  IconHistory,
  IconPhoneCalling,
  IconServerCog,
  IconShieldLock,
  IconUserCog,
  IconUsersGroup,
  type Icon,
} from '@tabler/icons-react';
import type { Right } from '@/features/session/rights';
import type { ShortcutId } from '@/shared/keys/shortcuts';

export interface Place {
  to: '/' | '/customers' | '/calls' | '/callbacks' | '/floor' | '/admin/users' | '/admin/teams' | '/admin/system' | '/admin/audit';
  name: 'desk' | 'customers' | 'calls' | 'callbacks' | 'floor' | 'users' | 'teams' | 'system' | 'audit';
  icon: Icon;
  right: Right;
  shortcut?: ShortcutId;
}

export const WORK: Place[] = [
  { to: '/', name: 'desk', icon: IconHeadset, right: 'desk', shortcut: 'goDesk' },
  { to: '/customers', name: 'customers', icon: IconAddressBook, right: 'customers.read', shortcut: 'goCustomers' },
  { to: '/calls', name: 'calls', icon: IconHistory, right: 'calls.read', shortcut: 'goCalls' },
  { to: '/callbacks', name: 'callbacks', icon: IconPhoneCalling, right: 'callbacks', shortcut: 'goCallbacks' },
  { to: '/floor', name: 'floor', icon: IconLayoutDashboard, right: 'floor', shortcut: 'goFloor' },
];

export const ADMINISTRATION: Place[] = [
  { to: '/admin/users', name: 'users', icon: IconUserCog, right: 'users.manage' },
  { to: '/admin/teams', name: 'teams', icon: IconUsersGroup, right: 'users.manage' },
  { to: '/admin/system', name: 'system', icon: IconServerCog, right: 'system.read' },
  { to: '/admin/audit', name: 'audit', icon: IconShieldLock, right: 'audit.read' },
];

export const PLACES = [...WORK, ...ADMINISTRATION];
