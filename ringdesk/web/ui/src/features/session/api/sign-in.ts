import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';
import { become } from '../become';

export function useSignIn() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (credentials: Schemas['Credentials']) => body(api.POST('/api/v1/session', { body: credentials })),
    onSuccess: (me) => become(queries, me),
  });
}
