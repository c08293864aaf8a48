import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';

export type Dashboard = Schemas['DashboardView'];
export type DashboardDraft = Schemas['DashboardForm'];
export type Tile = Dashboard['tiles'][number];
export type Width = Tile['width'];

/** One's own, and what is shared with one. */
export const dashboardsQuery = queryOptions({
  queryKey: ['dashboards'],
  queryFn: ({ signal }) => body(api.GET('/api/v1/dashboards', { signal })),
  select: (answer) => answer.items,
});

export function useSaveDashboard() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, dashboard }: { id: number | null; dashboard: DashboardDraft }) =>
      id === null
        ? body(api.POST('/api/v1/dashboards', { body: dashboard }))
        : body(api.PUT('/api/v1/dashboards/{id}', { params: { path: { id } }, body: dashboard })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['dashboards'] }),
  });
}

/** The reports on it stay. */
export function useRemoveDashboard() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => api.DELETE('/api/v1/dashboards/{id}', { params: { path: { id } } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['dashboards'] }),
  });
}
