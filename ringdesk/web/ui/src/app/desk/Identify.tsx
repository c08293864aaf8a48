import { Alert, Button, Checkbox, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChooseCustomer } from '@/features/calls/api/choose-customer';
import type { DeskCard } from '@/features/cards/desk';
import type { Customer } from '@/features/customers/api/customers';
import { useSaveCustomer } from '@/features/customers/api/save-customer';
import { CustomerForm } from '@/features/customers/CustomerForm';
import { CustomerPicker } from '@/features/customers/CustomerPicker';
import { toDraft, toForm } from '@/features/customers/draft';
import { useMay } from '@/features/session/rights';
import { useProblemText } from '@/shared/ui/problems';
import { refreshLive } from '../live/useLive';
import classes from './Identify.module.css';

interface Props {
  entry: DeskCard;
  /** Somebody stands on the card already: then it can be left as it is. */
  onCancel?: () => void;
  onDone: () => void;
}

/** Whoever calls becomes a customer, or turns out to be one. The form is filled in with what the call told. */
export function Identify({ entry, onCancel, onDone }: Props) {
  const { t } = useTranslation();
  const may = useMay();
  const { card, over } = entry;
  const [mode, setMode] = useState<'new' | 'existing'>(may('customers.write') ? 'new' : 'existing');
  const number = card.caller.e164 ?? card.caller.number;
  const finish = () => {
    if (over) refreshLive(); // a card of an ended call is pushed no more
    onDone();
  };
  return (
    <section className={classes.identify} aria-label={t('card.identify.title')}>
      <Group justify="space-between" mb="md">
        <SegmentedControl
          size="xs"
          aria-label={t('card.identify.title')}
          value={mode}
          onChange={(value) => setMode(value as typeof mode)}
          data={[
            ...(may('customers.write') ? [{ value: 'new', label: t('card.identify.new') }] : []),
            { value: 'existing', label: t('card.identify.existing') },
          ]}
        />
        {onCancel && (
          <Button variant="subtle" size="compact-sm" color="gray" onClick={onCancel}>
            {t('common.cancel')}
          </Button>
        )}
      </Group>
      {mode === 'new' ? (
        <CustomerForm
          brief
          callId={card.call_id}
          initial={{ name: card.caller.name, numbers: [{ number, kind: 'phone' }], emails: [{ email: '', kind: 'email' }] }}
          onSaved={finish}
        />
      ) : (
        <Existing entry={entry} number={number} onDone={finish} />
      )}
    </section>
  );
}

function Existing({ entry: { card }, number, onDone }: { entry: DeskCard; number: string; onDone: () => void }) {
  const { t } = useTranslation();
  const may = useMay();
  const tell = useProblemText();
  const choose = useChooseCustomer(card.call_id);
  const save = useSaveCustomer();
  const [picked, setPicked] = useState<Customer | null>(null);
  const [keepNumber, setKeepNumber] = useState(true);
  const known = picked?.numbers.some((n) => n.number === card.caller.e164) ?? false;
  const offersNumber = picked !== null && !known && may('customers.write') && card.caller.e164 !== null;
  const assign = async (customer: Customer) => {
    if (offersNumber && keepNumber) {
      const form = toForm(customer);
      await save.mutateAsync({ id: customer.id, draft: toDraft({ ...form, numbers: [...form.numbers, { number, kind: 'phone' }] }) });
    }
    await choose.mutateAsync(customer.id);
    onDone();
  };
  const error = save.error ?? choose.error;
  return (
    <Stack gap="sm">
      {error && (
        <Alert color="red" role="alert">
          {tell(error)}
        </Alert>
      )}
      <CustomerPicker label={t('card.identify.search')} onPick={setPicked} />
      {picked && (
        <Group justify="space-between">
          <div>
            <Text fw={600}>{picked.name}</Text>
            <Text size="sm" c="dimmed">
              {[picked.company, picked.numbers[0]?.pretty].filter(Boolean).join(' · ')}
            </Text>
            {offersNumber && (
              <Checkbox
                mt="xs"
                size="sm"
                label={t('card.identify.keepNumber', { number: card.caller.pretty })}
                checked={keepNumber}
                onChange={(event) => setKeepNumber(event.currentTarget.checked)}
              />
            )}
          </div>
          <Button loading={choose.isPending || save.isPending} onClick={() => void assign(picked).catch(() => undefined)}>
            {t('card.identify.assign')}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
