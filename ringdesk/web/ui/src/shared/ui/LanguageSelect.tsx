import { Select, type SelectProps } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../time/format';

// Those that most people on the phone speak; an imported one that is not among them is kept and shown.
const LANGUAGES = [
  'ar',
  'bg',
  'bn',
  'ca',
  'cs',
  'da',
  'de',
  'el',
  'en',
  'es',
  'et',
  'fa',
  'fi',
  'fr',
  'he',
  'hi',
  'hr',
  'hu',
  'hy',
  'id',
  'it',
  'ja',
  'ka',
  'kk',
  'ko',
  'lt',
  'lv',
  'ms',
  'nl',
  'no',
  'pl',
  'pt',
  'ro',
  'ru',
  'sk',
  'sl',
  'sr',
  'sv',
  'th',
  'tr',
  'uk',
  'ur',
  'uz',
  'vi',
  'zh',
];

interface Props extends Omit<SelectProps, 'data' | 'value' | 'onChange'> {
  value: string;
  onChange: (tag: string) => void;
}

export function LanguageSelect({ value, onChange, ...select }: Props) {
  const { t } = useTranslation();
  const format = useFormats();
  const data = useMemo(() => {
    const tags = value && !LANGUAGES.includes(value) ? [value, ...LANGUAGES] : LANGUAGES;
    return tags.map((tag) => ({ value: tag, label: format.language(tag) })).sort((a, b) => a.label.localeCompare(b.label));
  }, [format, value]);
  return (
    <Select
      searchable
      clearable
      clearButtonProps={{ 'aria-label': t('common.clear') }}
      nothingFoundMessage={t('common.noMatch')}
      data={data}
      {...select}
      value={value || null}
      onChange={(tag) => onChange(tag ?? '')}
    />
  );
}
