import { useMutation } from '@tanstack/react-query';
import { api } from '@/shared/api/client';

export function useHangUp(id: string) {
  return useMutation({ mutationFn: () => api.POST('/api/v1/calls/{id}/hang-up', { params: { path: { id } } }) });
}
