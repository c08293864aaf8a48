import type { QueryClient } from '@tanstack/react-query';
import { rememberToken } from '@/shared/api/client';
import { type Me, meQuery } from './api/me';
import { noteSignedIn } from './hint';

/** From now on this browser works for `me`, null for nobody. What was read for whoever it was before is forgotten. */
export function become(queries: QueryClient, me: Me | null): void {
  noteSignedIn(me !== null);
  rememberToken(me?.csrf ?? null);
  // First who it is: the pages of before leave with it, and ask for nothing any more.
  queries.setQueryData(meQuery.queryKey, me);
  queries.removeQueries({ predicate: (query) => query.queryKey[0] !== meQuery.queryKey[0] });
}
