import { Combobox, Loader, Text, TextInput, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { type ReactNode, type Ref, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Customer, customersQuery } from './api/customers';

interface Props {
  label: string;
  onPick: (customer: Customer) => void;
  /** Not to be offered: oneself, when looking for another. */
  without?: number;
  inputRef?: Ref<HTMLInputElement>;
  hint?: ReactNode;
}

/** Finds one existing customer as one types. */
export function CustomerPicker({ label, onPick, without, inputRef, hint }: Props) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const [q] = useDebouncedValue(typed.trim(), 200);
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const query = useInfiniteQuery({ ...customersQuery({ q, sort: 'best' }, 8), enabled: q.length > 0 });
  const found = query.data?.pages[0]?.items.filter((c) => c.id !== without) ?? [];
  return (
    <Combobox
      store={combobox}
      onOptionSubmit={(id) => {
        const picked = found.find((c) => String(c.id) === id);
        if (picked) onPick(picked);
        combobox.closeDropdown();
      }}
    >
      <Combobox.Target>
        <TextInput
          ref={inputRef}
          label={label}
          placeholder={t('customers.picker.placeholder')}
          leftSection={<IconSearch size={16} stroke={1.75} />}
          rightSection={query.isFetching && q ? <Loader size={14} /> : hint}
          autoComplete="off"
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            combobox.openDropdown();
            combobox.resetSelectedOption();
          }}
          onFocus={() => combobox.openDropdown()}
          onBlur={() => combobox.closeDropdown()}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={q.length === 0 || !query.data}>
        <Combobox.Options>
          {found.map((customer) => (
            <Combobox.Option key={customer.id} value={String(customer.id)}>
              <Text size="sm" fw={550}>
                {customer.name}
              </Text>
              <Text size="xs" c="dimmed">
                {[customer.company, customer.numbers[0]?.pretty].filter(Boolean).join(' · ')}
              </Text>
            </Combobox.Option>
          ))}
          {found.length === 0 && <Combobox.Empty>{t('customers.picker.nobody')}</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
