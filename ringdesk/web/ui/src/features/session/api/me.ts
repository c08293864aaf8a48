import { queryOptions } from '@tanstack/react-query';
import { api, body, rememberToken, type Schemas } from '@/shared/api/client';
import { isProblem } from '@/shared/api/problem';
import { mayBeSignedIn, noteSignedIn } from '../hint';

export type Me = Schemas['Me'];

/** Who is signed in; null for nobody. Asked once, then kept until signing out or until a right changes. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  staleTime: Infinity,
  gcTime: Infinity,
  queryFn: async ({ signal }): Promise<Me | null> => {
    if (!mayBeSignedIn()) return null;
    try {
      const me = await body(api.GET('/api/v1/me', { signal }));
      rememberToken(me.csrf);
      return me;
    } catch (error) {
      if (!isProblem(error) || !error.notSignedIn) throw error;
      noteSignedIn(false);
      return null;
    }
  },
});
