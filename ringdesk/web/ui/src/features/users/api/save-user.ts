import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';

export function useAddUser() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (user: Schemas['NewUser']) => body(api.POST('/api/v1/users', { body: user })),
    onSuccess: () => refresh(queries),
  });
}

/** Changes what is given; the rest stays. */
export function useChangeUser() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, change }: { id: number; change: Schemas['UserChange'] }) =>
      body(api.PATCH('/api/v1/users/{id}', { params: { path: { id } }, body: change })),
    onSuccess: () => refresh(queries),
  });
}

export function useSetPassword() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, password }: { id: number; password: string }) =>
      api.PUT('/api/v1/users/{id}/password', { params: { path: { id } }, body: { password } }),
    onSuccess: () => refresh(queries),
  });
}

async function refresh(queries: ReturnType<typeof useQueryClient>): Promise<void> {
  await Promise.all(['users', 'people', 'agents'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
}
