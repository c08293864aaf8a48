import { Button, Group, Menu, Stack, Tabs, Text } from '@mantine/core';
import { IconArrowsJoin2, IconDots, IconPencil, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AuditList } from '@/features/audit/AuditList';
import { DialButton } from '@/features/calls/DialButton';
import { customerQuery } from '@/features/customers/api/customer';
import type { Customer } from '@/features/customers/api/customers';
import { useRemoveCustomer } from '@/features/customers/api/remove-customer';
import { CustomerFacts } from '@/features/customers/CustomerFacts';
import { CustomerTimeline } from '@/features/customers/CustomerTimeline';
import { useMay } from '@/features/session/rights';
import { Confirm } from '@/shared/ui/Confirm';
import { Page, usePageTitle } from '@/shared/ui/Page';
import { Initials } from '@/shared/ui/Person';
import { useTellProblem } from '@/shared/ui/problems';
import { Failed, Loading } from '@/shared/ui/States';
import { Surface } from '@/shared/ui/Surface';
import classes from './CustomerPage.module.css';
import { MergeWith } from './MergeWith';

const route = getRouteApi('/signed-in/customers/$customerId/');

export function CustomerPage() {
  const { customerId } = route.useParams();
  const { data: customer, error, refetch } = useQuery(customerQuery(customerId));
  const { t } = useTranslation();
  usePageTitle(customer?.name ?? t('customers.title'));
  if (error && !customer) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!customer)
    return (
      <Surface>
        <Loading lines={10} height={22} />
      </Surface>
    );
  return <Shown customer={customer} />;
}

function Shown({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const may = useMay();
  const first = customer.numbers[0];
  return (
    <Page
      title={customer.name}
      hint={[
        t(`customers.kind.${customer.kind}`),
        customer.company,
        customer.external_id && t('customers.merge.externalId', { id: customer.external_id }),
      ]
        .filter(Boolean)
        .join(' · ')}
      picture={<Initials name={customer.name} company={customer.kind === 'company'} size={48} />}
      actions={
        <>
          {first && <DialButton number={first.number} pretty={first.pretty} customerId={customer.id} label={t('customers.call')} />}
          {may('customers.write') && (
            <Button
              variant="default"
              leftSection={<IconPencil size={16} />}
              renderRoot={(props) => <Link {...props} to="/customers/$customerId/edit" params={{ customerId: customer.id }} />}
            >
              {t('common.edit')}
            </Button>
          )}
          <More customer={customer} />
        </>
      }
    >
      <div className={classes.columns}>
        <Stack gap="md">
          <Surface title={t('customers.contact')}>
            <CustomerFacts customer={customer} dial={(n) => <DialButton number={n.number} pretty={n.pretty} customerId={customer.id} />} />
          </Surface>
          {customer.notes && (
            <Surface title={t('customers.form.notes')}>
              <Text size="sm" className={classes.notes}>
                {customer.notes}
              </Text>
            </Surface>
          )}
        </Stack>
        <Surface label={t('customers.timeline.title')}>
          <Tabs defaultValue="timeline">
            <Tabs.List mb="md">
              <Tabs.Tab value="timeline">{t('customers.timeline.title')}</Tabs.Tab>
              {may('audit.read') && <Tabs.Tab value="audit">{t('customers.audit')}</Tabs.Tab>}
            </Tabs.List>
            <Tabs.Panel value="timeline">
              <CustomerTimeline customerId={customer.id} />
            </Tabs.Panel>
            {may('audit.read') && (
              <Tabs.Panel value="audit">
                <AuditList filter={{ customer_id: customer.id }} ofCustomer />
              </Tabs.Panel>
            )}
          </Tabs>
        </Surface>
      </div>
    </Page>
  );
}

function More({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const may = useMay();
  const navigate = useNavigate();
  const tell = useTellProblem();
  const remove = useRemoveCustomer(customer.id);
  const [asking, setAsking] = useState<'merge' | 'remove' | null>(null);
  if (!may('customers.merge') && !may('customers.delete')) return null;
  return (
    <Group>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" px="xs" aria-label={t('common.moreActions')}>
            <IconDots size={18} />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {may('customers.merge') && (
            <Menu.Item leftSection={<IconArrowsJoin2 size={16} />} onClick={() => setAsking('merge')}>
              {t('customers.merge.with')}
            </Menu.Item>
          )}
          {may('customers.delete') && (
            <Menu.Item leftSection={<IconTrash size={16} />} color="red" onClick={() => setAsking('remove')}>
              {t('customers.remove.action')}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <MergeWith customer={customer} opened={asking === 'merge'} onClose={() => setAsking(null)} />
      <Confirm
        opened={asking === 'remove'}
        title={t('customers.remove.title', { name: customer.name })}
        text={t('customers.remove.text')}
        action={t('customers.remove.action')}
        danger
        working={remove.isPending}
        onClose={() => setAsking(null)}
        onConfirm={() => remove.mutate(undefined, { onSuccess: () => void navigate({ to: '/customers' }), onError: tell })}
      />
    </Group>
  );
}
