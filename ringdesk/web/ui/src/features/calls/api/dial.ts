import { useMutation } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';

/** Rings one's own phone, then calls. Never repeated by itself. */
export function useDial() {
  return useMutation({ mutationFn: (call: Schemas['Dial']) => body(api.POST('/api/v1/calls', { body: call })) });
}
