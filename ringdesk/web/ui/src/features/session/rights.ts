import { createContext, useContext } from 'react';
import type { Me } from './api/me';

/** What `agents/rights.py` calls them. The server checks each of them again. */
export type Right =
  | 'desk'
  | 'calls.read'
  | 'customers.read'
  | 'customers.write'
  | 'customers.merge'
  | 'customers.delete'
  | 'callbacks'
  | 'agents.read'
  | 'floor'
  | 'users.manage'
  | 'audit.read'
  | 'recordings.read'
  | 'recordings.download'
  | 'recordings.manage'
  | 'quality'
  | 'scorecards.manage'
  | 'reports'
  | 'reports.manage'
  | 'system.read';

export function may(me: Me, right: Right): boolean {
  return me.rights.includes(right);
}

/** Filled by the frame of all pages behind the sign-in. Those pages stay in one piece until they are gone, also while signing out. */
export const MeContext = createContext<Me | null>(null);

/** Whoever is signed in. Only for what is shown behind the sign-in. */
export function useMe(): Me {
  const me = useContext(MeContext);
  if (!me) throw new Error('nobody is signed in');
  return me;
}

export function useMay(): (right: Right) => boolean {
  const me = useMe();
  return (right) => may(me, right);
}

/** Managers, administrators, and supervisors in a house without teams for them: the rule of `Principal.sees_all`. */
export function seesAll(me: Me): boolean {
  const has = (role: string) => me.roles.includes(role);
  return has('manager') || has('administrator') || (has('supervisor') && me.teams.length === 0);
}
