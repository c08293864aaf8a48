import { useMutation } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';

export function useSwitchAgent() {
  return useMutation({
    mutationFn: ({ id, to }: { id: number; to: Schemas['PresenceSwitch'] }) =>
      body(api.PUT('/api/v1/agents/{id}/presence', { params: { path: { id } }, body: to })),
  });
}
