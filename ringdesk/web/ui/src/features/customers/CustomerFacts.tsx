import { Anchor, Stack, Text } from '@mantine/core';
import { IconBuilding, IconLanguage, IconLock, IconMail, IconMapPin, IconPhone, IconTag, IconUser } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { teamsQuery } from '@/features/people/api/teams';
import { usePersonName } from '@/features/people/usePersonName';
import { useFormats } from '@/shared/time/format';
import type { Customer } from './api/customers';
import { kindLabel } from './ContactLines';
import classes from './CustomerFacts.module.css';
import { Tags } from './Tags';

interface Props {
  customer: Customer;
  /** The button that calls a number; where and whether it is there is the page's to say. */
  dial?: (number: Customer['numbers'][number]) => ReactNode;
}

/** How to reach a customer, and whose they are. */
export function CustomerFacts({ customer, dial }: Props) {
  const { t } = useTranslation();
  const format = useFormats();
  const nameOf = usePersonName();
  const { data: teams } = useQuery(teamsQuery);
  const team = teams?.find((found) => found.id === customer.team_id)?.name;
  return (
    <Stack gap={2} component="dl" m={0}>
      {customer.numbers.map((n) => (
        <Fact key={`${n.number}${n.extension ?? ''}`} icon={<IconPhone />} label={kindLabel(t, n.kind)} aside={dial?.(n)}>
          <span className={classes.number}>{n.pretty}</span>
          {n.extension && <Text span c="dimmed">{` ${t('customers.extension', { number: n.extension })}`}</Text>}
        </Fact>
      ))}
      {customer.emails.map((e) => (
        <Fact key={e.email} icon={<IconMail />} label={kindLabel(t, e.kind)}>
          <Anchor href={`mailto:${e.email}`} size="sm" className={classes.long}>
            {e.email}
          </Anchor>
        </Fact>
      ))}
      {customer.addresses.map((a) => (
        <Fact key={a.text} icon={<IconMapPin />} label={kindLabel(t, a.kind)}>
          {a.text}
        </Fact>
      ))}
      {customer.company && (
        <Fact icon={<IconBuilding />} label={t('customers.company')}>
          {customer.company}
        </Fact>
      )}
      {customer.language && (
        <Fact icon={<IconLanguage />} label={t('customers.language')}>
          {format.language(customer.language)}
        </Fact>
      )}
      {customer.tags.length > 0 && (
        <Fact icon={<IconTag />} label={t('customers.tags')}>
          <Tags tags={customer.tags} />
        </Fact>
      )}
      {customer.owner_id !== null && (
        <Fact icon={<IconUser />} label={t('customers.owner')}>
          {nameOf(customer.owner_id) ?? t('common.somebody')}
        </Fact>
      )}
      {customer.team_id !== null && (
        <Fact icon={<IconLock />} label={t('customers.team')}>
          {team ?? t('customers.otherTeam')}
        </Fact>
      )}
    </Stack>
  );
}

function Fact({ icon, label, aside, children }: { icon: ReactNode; label: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <div className={classes.fact}>
      <dt className={classes.label}>
        <span className={classes.icon} aria-hidden>
          {icon}
        </span>
        {label}
      </dt>
      <dd className={classes.value}>
        {children}
        {aside && <span className={classes.aside}>{aside}</span>}
      </dd>
    </div>
  );
}
