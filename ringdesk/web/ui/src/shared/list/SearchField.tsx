import { CloseButton, TextInput, type TextInputProps } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { type Ref, useState } from 'react';
import { useTranslation } from 'react-i18next';

const REST = 200; // ms after the last key: long enough to spare the server every letter, too short to be noticed

interface Props extends Omit<TextInputProps, 'value' | 'onChange'> {
  value: string;
  onSearch: (text: string) => void;
  ref?: Ref<HTMLInputElement>;
}

/** Search as one types. */
export function SearchField({ value, onSearch, ...input }: Props) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState(value);
  const later = useDebouncedCallback((text: string) => {
    setKnown(text);
    onSearch(text);
  }, REST);
  if (value !== known) {
    // Changed from outside (the back button, a cleared filter); our own search coming back must not undo what was typed since.
    setKnown(value);
    setTyped(value);
  }
  return (
    <TextInput
      type="search"
      autoComplete="off"
      spellCheck={false}
      leftSection={<IconSearch size={16} stroke={1.75} />}
      rightSection={
        typed && (
          <CloseButton
            size="sm"
            aria-label={t('common.clear')}
            onClick={() => {
              setTyped('');
              later('');
            }}
          />
        )
      }
      {...input}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        later(event.currentTarget.value);
      }}
    />
  );
}
