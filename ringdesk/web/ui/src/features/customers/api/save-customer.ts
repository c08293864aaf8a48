import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body, type Schemas } from '@/shared/api/client';
import { customerQuery } from './customer';

export type CustomerDraft = Schemas['CustomerDraft'];

interface Saved {
  draft: CustomerDraft;
  /** Null makes a new one. */
  id: number | null;
  /** The call during which a new one is entered. */
  callId?: string;
}

/** Makes a customer, or makes one what the draft says. */
export function useSaveCustomer() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ draft, id, callId }: Saved) =>
      id === null
        ? body(api.POST('/api/v1/customers', { body: { ...draft, call_id: callId } }))
        : body(api.PUT('/api/v1/customers/{id}', { params: { path: { id } }, body: draft })),
    onSuccess: async (customer) => {
      await queries.invalidateQueries({ queryKey: ['customers'] });
      queries.setQueryData(customerQuery(customer.id).queryKey, customer);
    },
  });
}
