import createClient, { type Middleware } from 'openapi-fetch';
import { Problem } from './problem';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];

const PATIENCE = 20_000; // ms; a request that takes longer is told as failed, so that nothing waits for ever
const SAFE = new Set(['GET', 'HEAD']);

let csrf = '';

/** Goes with every change from now on. It comes with `me` and with signing in. */
export function rememberToken(token: string | null): void {
  csrf = token ?? '';
}

const manners: Middleware = {
  onRequest({ request }) {
    if (!SAFE.has(request.method)) request.headers.set('X-CSRF-Token', csrf);
    return request;
  },
  async onResponse({ response }) {
    if (!response.ok) throw await Problem.from(response);
    return response;
  },
  onError({ error }) {
    if (error instanceof DOMException && error.name === 'AbortError') return undefined;
    return Problem.unreachable(error);
  },
};

export const api = createClient<paths>({
  baseUrl: typeof window === 'undefined' ? '' : window.location.origin,
  fetch: (request) => fetch(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(PATIENCE)]) }),
});
api.use(manners);

/** The body of an answer. Every refusal was thrown as a `Problem` before. */
export async function body<T>(answer: Promise<{ data?: T }>): Promise<T> {
  return (await answer).data as T;
}
