import { Kbd } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { CustomerPicker } from '@/features/customers/CustomerPicker';
import { useMay } from '@/features/session/rights';
import { useShortcut } from '@/shared/keys/shortcuts';

/** Straight to a customer as one types; Enter on the text alone leads to the list. */
export function QuickSearch() {
  const { t } = useTranslation();
  const may = useMay();
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  useShortcut('search', () => input.current?.focus(), may('customers.read'));
  if (!may('customers.read')) return null;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const q = input.current?.value.trim();
    void navigate({ to: '/customers', search: { q: q || undefined } });
  };
  return (
    <form onSubmit={submit} role="search">
      <CustomerPicker
        label={t('desk.search')}
        inputRef={input}
        hint={<Kbd size="xs">/</Kbd>}
        onPick={(customer) => void navigate({ to: '/customers/$customerId', params: { customerId: customer.id } })}
      />
    </form>
  );
}
