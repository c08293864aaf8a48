import { useMutation } from '@tanstack/react-query';
import { api, body } from '@/shared/api/client';

export function useEndWrapUp() {
  return useMutation({ mutationFn: () => body(api.POST('/api/v1/me/wrap-up/end')) });
}
