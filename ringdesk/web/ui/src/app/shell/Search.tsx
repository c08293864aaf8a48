import { Text, UnstyledButton } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { Spotlight, spotlight } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { customersQuery } from '@/features/customers/api/customers';
import { useMay } from '@/features/session/rights';
import { Keys } from '@/shared/keys/Keys';
import { useNarrow } from '@/shared/list/useNarrow';
import { Initials } from '@/shared/ui/Person';
import { PLACES } from './navigation';
import classes from './Search.module.css';

/** Customers and pages, from anywhere. */
export function Search() {
  const { t } = useTranslation();
  const may = useMay();
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const [q] = useDebouncedValue(typed.trim(), 180);
  const query = useInfiniteQuery({ ...customersQuery({ q, sort: 'best' }, 8), enabled: q.length > 0 && may('customers.read') });
  const customers = q ? (query.data?.pages[0]?.items ?? []) : [];
  const wanted = typed.trim().toLocaleLowerCase();
  const places = PLACES.filter((place) => may(place.right) && t(`nav.${place.name}`).toLocaleLowerCase().includes(wanted));
  return (
    <Spotlight.Root
      query={typed}
      onQueryChange={setTyped}
      shortcut="mod + K"
      scrollable
      maxHeight={420}
      centered={false}
      yOffset="12dvh"
      overlayProps={{ backgroundOpacity: 0.4, blur: 0 }}
      title={t('search.label')}
      classNames={{ header: classes.header, search: classes.input, actionsGroup: classes.group }}
    >
      <Spotlight.Search
        placeholder={t('search.placeholder')}
        aria-label={t('search.label')}
        leftSection={<IconSearch size={18} stroke={1.75} />}
      />
      <Spotlight.ActionsList>
        {customers.length > 0 && (
          <Spotlight.ActionsGroup label={t('nav.customers')}>
            {customers.map((customer) => (
              <Spotlight.Action
                key={customer.id}
                label={customer.name}
                description={[customer.company, customer.numbers[0]?.pretty].filter(Boolean).join(' · ')}
                leftSection={<Initials name={customer.name} company={customer.kind === 'company'} size={30} />}
                onClick={() => void navigate({ to: '/customers/$customerId', params: { customerId: customer.id } })}
              />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {places.length > 0 && (
          <Spotlight.ActionsGroup label={t('search.pages')}>
            {places.map(({ to, name, icon: Icon }) => (
              <Spotlight.Action
                key={to}
                label={t(`nav.${name}`)}
                leftSection={<Icon size={20} stroke={1.6} />}
                onClick={() => void navigate({ to })}
              />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {customers.length === 0 && places.length === 0 && (
          <Spotlight.Empty>{query.isFetching ? t('common.loading') : t('search.nothing')}</Spotlight.Empty>
        )}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

/** Where a mouse finds it. */
export function SearchButton() {
  const { t } = useTranslation();
  const narrow = useNarrow();
  return (
    <UnstyledButton className={classes.button} onClick={spotlight.open} aria-label={narrow ? t('search.label') : undefined}>
      <IconSearch size={17} stroke={1.75} aria-hidden />
      {!narrow && (
        <>
          <Text span size="sm" flex={1}>
            {t('search.button')}
          </Text>
          <Keys of="mod+k" />
        </>
      )}
    </UnstyledButton>
  );
}
