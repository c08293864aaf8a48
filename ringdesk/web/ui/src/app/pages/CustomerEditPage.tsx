import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { customerQuery } from '@/features/customers/api/customer';
import { CustomerForm } from '@/features/customers/CustomerForm';
import { toForm } from '@/features/customers/draft';
import { Page } from '@/shared/ui/Page';
import { Failed, Loading } from '@/shared/ui/States';
import { Surface } from '@/shared/ui/Surface';

const route = getRouteApi('/signed-in/customers/$customerId/edit');

export function CustomerEditPage() {
  const { t } = useTranslation();
  const { customerId } = route.useParams();
  const { data: customer, error, refetch } = useQuery(customerQuery(customerId));
  const back = useOpenCustomer();
  return (
    <Page title={customer ? t('customers.editing', { name: customer.name }) : t('common.edit')} narrow>
      <Surface>
        {error && !customer ? <Failed error={error} onRetry={() => void refetch()} /> : null}
        {!customer && !error && <Loading lines={8} height={28} />}
        {customer && (
          <CustomerForm
            id={customer.id}
            initial={toForm(customer)}
            onSaved={(saved) => back(saved.id)}
            onCancel={() => back(customer.id)}
          />
        )}
      </Surface>
    </Page>
  );
}

export function CustomerNewPage() {
  const { t } = useTranslation();
  const open = useOpenCustomer();
  const navigate = useNavigate();
  return (
    <Page title={t('customers.new')} narrow>
      <Surface>
        <CustomerForm
          initial={{ numbers: [{ number: '', kind: 'phone' }] }}
          onSaved={(saved) => open(saved.id)}
          onCancel={() => void navigate({ to: '/customers' })}
        />
      </Surface>
    </Page>
  );
}

function useOpenCustomer() {
  const navigate = useNavigate();
  return (id: number) => void navigate({ to: '/customers/$customerId', params: { customerId: id } });
}
