import { useMutation } from '@tanstack/react-query';
import { api, type Schemas } from '@/shared/api/client';

type Transfer = Schemas['Transfer'];
export type TransferKind = NonNullable<Transfer['kind']>;

export function useTransfer(id: string) {
  return useMutation({ mutationFn: (to: Transfer) => api.POST('/api/v1/calls/{id}/transfer', { params: { path: { id } }, body: to }) });
}

/** Back to the customer from an attended transfer. */
export function useCancelTransfer(id: string) {
  return useMutation({ mutationFn: () => api.POST('/api/v1/calls/{id}/transfer/cancel', { params: { path: { id } } }) });
}
