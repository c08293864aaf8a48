import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { isProblem } from './problem';

/** The one query client. `onSignedOut` is called when any answer says that the session is over. */
export function makeQueryClient(onSignedOut: () => void): QueryClient {
  const watch = (error: unknown) => {
    if (isProblem(error) && error.notSignedIn) onSignedOut();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError: watch }),
    mutationCache: new MutationCache({ onError: watch }),
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        retry: (count, error) => count < 2 && isProblem(error) && error.passing,
      },
      // A change is never repeated by itself: it may have been done.
      mutations: { retry: false },
    },
  });
}
