import { useMutation } from '@tanstack/react-query';
import { api, type Schemas } from '@/shared/api/client';

export function useChangePassword() {
  return useMutation({
    mutationFn: (passwords: Schemas['NewPassword']) => api.PUT('/api/v1/me/password', { body: passwords }),
  });
}
