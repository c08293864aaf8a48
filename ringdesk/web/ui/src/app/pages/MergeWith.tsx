import { Modal } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Customer } from '@/features/customers/api/customers';
import { CustomerPicker } from '@/features/customers/CustomerPicker';
import { MergeDialog } from '@/features/customers/MergeDialog';

interface Props {
  customer: Customer;
  opened: boolean;
  onClose: () => void;
}

/** Finds the other one, then shows both side by side. */
export function MergeWith({ customer, opened, onClose }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [other, setOther] = useState<Customer | null>(null);
  const close = () => {
    setOther(null);
    onClose();
  };
  return (
    <>
      <Modal opened={opened && !other} onClose={close} title={t('customers.merge.with')}>
        <CustomerPicker label={t('customers.merge.other')} without={customer.id} onPick={setOther} />
      </Modal>
      <MergeDialog
        customers={opened && other ? [customer, other] : []}
        onClose={close}
        onMerged={(kept) => {
          close();
          void navigate({ to: '/customers/$customerId', params: { customerId: kept.id } });
        }}
      />
    </>
  );
}
