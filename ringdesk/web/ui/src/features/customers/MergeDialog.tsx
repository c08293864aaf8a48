import { Badge, Button, Group, Modal, Radio, SimpleGrid, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/shared/time/format';
import { useTellProblem } from '@/shared/ui/problems';
import type { Customer } from './api/customers';
import { useMergeCustomers } from './api/merge-customers';
import classes from './MergeDialog.module.css';

interface Props {
  /** Several customers who are one; empty closes the dialog. */
  customers: Customer[];
  onClose: () => void;
  onMerged: (keep: Customer) => void;
}

/** Side by side: which one stays, and what comes to it. */
export function MergeDialog({ customers, onClose, onMerged }: Props) {
  const { t } = useTranslation();
  return (
    <Modal opened={customers.length > 1} onClose={onClose} size="xl" title={t('customers.merge.title')}>
      {customers.length > 1 && <Choice customers={customers} onClose={onClose} onMerged={onMerged} />}
    </Modal>
  );
}

function Choice({ customers, onClose, onMerged }: Props) {
  const { t } = useTranslation();
  const tell = useTellProblem();
  const merge = useMergeCustomers();
  const [keep, setKeep] = useState(String(richest(customers).id));
  const [working, setWorking] = useState(false);
  const run = async () => {
    setWorking(true);
    try {
      let kept: Customer | undefined;
      for (const other of customers) {
        if (String(other.id) !== keep) kept = await merge.mutateAsync({ keep: Number(keep), other: other.id });
      }
      if (kept) onMerged(kept);
    } catch (error) {
      tell(error);
    } finally {
      setWorking(false);
    }
  };
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {t('customers.merge.hint')}
      </Text>
      <Radio.Group value={keep} onChange={setKeep} aria-label={t('customers.merge.keep')}>
        <SimpleGrid cols={{ base: 1, sm: Math.min(3, customers.length) }} spacing="sm">
          {customers.map((customer) => (
            <Radio.Card key={customer.id} value={String(customer.id)} className={classes.card}>
              <Group wrap="nowrap" align="flex-start" gap="sm">
                <Radio.Indicator />
                <Side customer={customer} kept={String(customer.id) === keep} />
              </Group>
            </Radio.Card>
          ))}
        </SimpleGrid>
      </Radio.Group>
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t('common.cancel')}
        </Button>
        <Button loading={working} onClick={() => void run()}>
          {t('customers.merge.action', { count: customers.length })}
        </Button>
      </Group>
    </Stack>
  );
}

function Side({ customer, kept }: { customer: Customer; kept: boolean }) {
  const { t } = useTranslation();
  const format = useFormats();
  const lines = [
    customer.company,
    ...customer.numbers.map((n) => n.pretty),
    ...customer.emails.map((e) => e.email),
    ...customer.addresses.map((a) => a.text),
    customer.tags.map((tag) => `#${tag}`).join(' '),
    customer.external_id && t('customers.merge.externalId', { id: customer.external_id }),
    t('customers.merge.since', { date: format.date(customer.created_at) }),
  ];
  return (
    <div className={classes.side}>
      <Group gap="xs">
        <Text fw={600}>{customer.name}</Text>
        {kept && <Badge color="accent">{t('customers.merge.stays')}</Badge>}
      </Group>
      {lines.filter(Boolean).map((line) => (
        <Text key={line} size="sm" c="dimmed">
          {line}
        </Text>
      ))}
    </div>
  );
}

/** Offered first to stay: whoever more is known of. */
function richest(customers: Customer[]): Customer {
  const known = (c: Customer) =>
    c.numbers.length + c.emails.length + c.addresses.length + c.tags.length + (c.external_id ? 2 : 0) + (c.notes ? 1 : 0);
  return customers.reduce((best, c) => (known(c) > known(best) ? c : best));
}
