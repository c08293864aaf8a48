import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPhone } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useMay, useMe } from '@/features/session/rights';
import { useTellProblem } from '@/shared/ui/problems';
import { useDial } from './api/dial';

/** Calls by one's own phone, and says that it rings first. Null for those who cannot. */
export function useDialNumber() {
  const { t } = useTranslation();
  const me = useMe();
  const may = useMay();
  const tell = useTellProblem();
  const dial = useDial();
  if (!may('desk') || !me.interface) return null;
  return {
    working: dial.isPending,
    call: (to: string, shown: string, customerId?: number, onDone?: () => void) =>
      dial.mutate(
        { to, customer_id: customerId },
        {
          onSuccess: () => {
            notifications.show({ message: t('calls.dialling', { number: shown }) });
            onDone?.();
          },
          onError: tell,
        },
      ),
  };
}

interface Props {
  number: string;
  pretty: string;
  customerId?: number;
  /** A button with a word instead of the sign alone. */
  label?: string;
}

/** Click to dial. */
export function DialButton({ number, pretty, customerId, label }: Props) {
  const { t } = useTranslation();
  const dial = useDialNumber();
  if (!dial) return null;
  const name = t('calls.dial', { number: pretty });
  const call = () => dial.call(number, pretty, customerId);
  if (label) {
    return (
      <Button variant="default" leftSection={<IconPhone size={16} />} loading={dial.working} onClick={call} aria-label={name}>
        {label}
      </Button>
    );
  }
  return (
    <Tooltip label={name}>
      <ActionIcon variant="light" color="accent" size="md" loading={dial.working} onClick={call} aria-label={name}>
        <IconPhone size={15} />
      </ActionIcon>
    </Tooltip>
  );
}
