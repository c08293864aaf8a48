import { ActionIcon, TextInput } from '@mantine/core';
import { IconDialpad, IconPhone } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDialNumber } from './DialButton';

/** Any number, any extension. */
export function DialField() {
  const { t } = useTranslation();
  const dial = useDialNumber();
  const [number, setNumber] = useState('');
  if (!dial) return null;
  const call = (event: FormEvent) => {
    event.preventDefault();
    const wanted = number.trim();
    if (wanted) dial.call(wanted, wanted, undefined, () => setNumber(''));
  };
  return (
    <form onSubmit={call}>
      <TextInput
        label={t('calls.dialField.label')}
        placeholder={t('calls.dialField.placeholder')}
        type="tel"
        inputMode="tel"
        autoComplete="off"
        maxLength={64}
        value={number}
        onChange={(event) => setNumber(event.currentTarget.value)}
        leftSection={<IconDialpad size={16} stroke={1.75} />}
        rightSection={
          <ActionIcon type="submit" variant="filled" color="accent" size="sm" loading={dial.working} aria-label={t('calls.dialField.call')}>
            <IconPhone size={14} />
          </ActionIcon>
        }
      />
    </form>
  );
}
