import { Button, Group, Stack, Text } from '@mantine/core';
import { IconArrowsJoin2, IconCircleCheck } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { rowsOf } from '@/shared/list/pages';
import { Initials } from '@/shared/ui/Person';
import { Failed, Loading, Nothing } from '@/shared/ui/States';
import { Surface } from '@/shared/ui/Surface';
import type { Customer } from './api/customers';
import { duplicatesQuery, type SharedNumber } from './api/duplicates';
import classes from './DuplicatesList.module.css';
import { MergeDialog } from './MergeDialog';

/** Numbers that several customers share, each with a way to make one of them. */
export function DuplicatesList() {
  const { t } = useTranslation();
  const { rows, error, retry, more, loadingMore } = rowsOf(useInfiniteQuery(duplicatesQuery));
  const [merging, setMerging] = useState<Customer[]>([]);
  if (error) return <Failed error={error} onRetry={retry} />;
  if (!rows)
    return (
      <Surface>
        <Loading lines={6} height={24} />
      </Surface>
    );
  if (rows.length === 0) {
    return (
      <Surface>
        <Nothing icon={<IconCircleCheck stroke={1.5} />} title={t('customers.duplicates.none')} hint={t('customers.duplicates.noneHint')} />
      </Surface>
    );
  }
  return (
    <Stack gap="sm">
      {rows.map((shared) => (
        <Shared key={shared.number} shared={shared} onMerge={() => setMerging(shared.customers)} />
      ))}
      {more && (
        <Button variant="default" size="xs" onClick={more} loading={loadingMore} mx="auto">
          {t('common.more')}
        </Button>
      )}
      <MergeDialog customers={merging} onClose={() => setMerging([])} onMerged={() => setMerging([])} />
    </Stack>
  );
}

function Shared({ shared, onMerge }: { shared: SharedNumber; onMerge: () => void }) {
  const { t } = useTranslation();
  return (
    <Surface>
      <Group justify="space-between" mb="sm">
        <div>
          <Text fw={600} className={classes.number}>
            {shared.pretty}
          </Text>
          <Text size="xs" c="dimmed">
            {t('customers.duplicates.shared', { count: shared.customers.length })}
          </Text>
        </div>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconArrowsJoin2 size={14} />}
          onClick={onMerge}
          aria-label={t('customers.duplicates.mergeNumber', { number: shared.pretty })}
        >
          {t('customers.duplicates.merge')}
        </Button>
      </Group>
      <ul className={classes.people}>
        {shared.customers.map((customer) => (
          <li key={customer.id}>
            <Link to="/customers/$customerId" params={{ customerId: customer.id }} className={classes.person}>
              <Initials name={customer.name} company={customer.kind === 'company'} size={28} />
              <div className={classes.text}>
                <div className={classes.name}>{customer.name}</div>
                <Text size="xs" c="dimmed" truncate>
                  {[customer.company, customer.emails[0]?.email].filter(Boolean).join(' · ') || t('customers.duplicates.onlyNumber')}
                </Text>
              </div>
            </Link>
          </li>
        ))}
      </ul>
    </Surface>
  );
}
