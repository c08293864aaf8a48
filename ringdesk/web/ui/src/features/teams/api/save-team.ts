import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';

/** Makes a team, or makes one what is given. */
export function useSaveTeam() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, team }: { id: number | null; team: Schemas['NewTeam'] }) =>
      id === null
        ? body(api.POST('/api/v1/teams', { body: team }))
        : body(api.PATCH('/api/v1/teams/{id}', { params: { path: { id } }, body: team })),
    onSuccess: () => refresh(queries),
  });
}

export function useRemoveTeam() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => api.DELETE('/api/v1/teams/{id}', { params: { path: { id } } }),
    onSuccess: () => refresh(queries),
  });
}

async function refresh(queries: ReturnType<typeof useQueryClient>): Promise<void> {
  await Promise.all(['teams', 'users'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
}
