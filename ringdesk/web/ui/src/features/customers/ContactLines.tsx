import { ActionIcon, Button, Fieldset, Group, Select, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { IconPlus, IconX } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './ContactLines.module.css';
import type { CustomerForm } from './draft';

// The lines need no more of the form than this, whatever its rules are.
export type Form = Pick<
  UseFormReturnType<CustomerForm>,
  'values' | 'getInputProps' | 'insertListItem' | 'removeListItem' | 'setFieldValue'
>;
type List = 'numbers' | 'emails' | 'addresses';

const KINDS: Record<List, string[]> = {
  numbers: ['phone', 'mobile', 'work', 'home', 'fax'],
  emails: ['email', 'work', 'home'],
  addresses: ['address', 'work', 'home', 'delivery'],
};
const MOST = 50; // of each; the server's limit

export function Numbers({ form }: { form: Form }) {
  const { t } = useTranslation();
  return (
    <Lines form={form} list="numbers" blank={{ number: '', kind: 'phone' }}>
      {(i) => (
        <TextInput
          aria-label={t('customers.form.number', { n: i + 1 })}
          type="tel"
          placeholder="+1 202 555 0123"
          maxLength={64}
          autoComplete="off"
          flex={1}
          {...form.getInputProps(`numbers.${i}.number`)}
        />
      )}
    </Lines>
  );
}

export function Emails({ form, plain }: { form: Form; plain?: boolean }) {
  const { t } = useTranslation();
  return (
    <Lines form={form} list="emails" blank={{ email: '', kind: 'email' }} plain={plain}>
      {(i) => (
        <TextInput
          aria-label={t('customers.form.email', { n: i + 1 })}
          type="email"
          placeholder="name@example.com"
          maxLength={254}
          autoComplete="off"
          flex={1}
          {...form.getInputProps(`emails.${i}.email`)}
        />
      )}
    </Lines>
  );
}

export function Addresses({ form }: { form: Form }) {
  const { t } = useTranslation();
  return (
    <Lines form={form} list="addresses" blank={{ text: '', kind: 'address' }}>
      {(i) => (
        <TextInput
          aria-label={t('customers.form.address', { n: i + 1 })}
          maxLength={512}
          autoComplete="off"
          flex={1}
          {...form.getInputProps(`addresses.${i}.text`)}
        />
      )}
    </Lines>
  );
}

interface LinesProps {
  form: Form;
  list: List;
  blank: CustomerForm[List][number];
  /** Without the kinds, where room is scarce. */
  plain?: boolean;
  children: (index: number) => ReactNode;
}

/** Any number of lines, each with its kind. */
function Lines({ form, list, blank, plain, children }: LinesProps) {
  const { t } = useTranslation();
  const lines = form.values[list];
  return (
    <Fieldset legend={t(`customers.form.${list}`)} variant="unstyled" classNames={{ root: classes.lines, legend: classes.legend }}>
      {lines.map((line, i) => (
        <Group key={i} gap="xs" mb={6} wrap="nowrap" align="flex-start">
          {children(i)}
          {!plain && (
            <Select
              aria-label={t('customers.form.kindOf', { n: i + 1 })}
              data={kindsFor(list, line.kind).map((kind) => ({ value: kind, label: kindLabel(t, kind) }))}
              allowDeselect={false}
              w={{ base: 100, sm: 116 }}
              {...form.getInputProps(`${list}.${i}.kind`)}
            />
          )}
          <ActionIcon size={36} onClick={() => form.removeListItem(list, i)} aria-label={t('customers.form.removeLine', { n: i + 1 })}>
            <IconX size={16} />
          </ActionIcon>
        </Group>
      ))}
      {lines.length < MOST && (
        <Button variant="subtle" size="compact-sm" leftSection={<IconPlus size={14} />} onClick={() => form.insertListItem(list, blank)}>
          {t(`customers.form.add.${list}`)}
        </Button>
      )}
    </Fieldset>
  );
}

/** An imported kind that is none of ours stays what it is. */
function kindsFor(list: List, kind: string): string[] {
  return KINDS[list].includes(kind) ? KINDS[list] : [...KINDS[list], kind];
}

const NAMED = ['phone', 'mobile', 'work', 'home', 'fax', 'email', 'address', 'delivery'] as const;

export function kindLabel(t: TFunction, kind: string): string {
  const named = NAMED.find((known) => known === kind);
  return named ? t(`customers.lineKind.${named}`) : kind;
}
