import { NumberInput, type NumberInputProps, Select, SimpleGrid } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MODELS, type StaffingSearch } from './search';

const REST = 400; // ms after the last key: a calculation begins with the whole number typed

export interface PartProps {
  search: StaffingSearch;
  onChange: (change: Partial<StaffingSearch>) => void;
}

interface Props extends PartProps {
  /** What was observed, shown where nothing is given. */
  observed: { target?: number; within?: number; aht?: number | null; patience?: number | null };
  shrinking: boolean;
}

/** What the calculation goes by: observed, unless somebody knows better. */
export function Assumptions({ search, onChange, observed, shrinking }: Props) {
  const { t } = useTranslation();
  const model = search.model ?? 'erlang_c';
  const given = (key: 'target' | 'within' | 'aht' | 'patience' | 'shrinkage' | 'occupancy') => ({
    value: search[key],
    onCommit: (value: number | undefined) => onChange({ [key]: value }),
  });
  const rounded = (value: number | null | undefined) => (value == null ? undefined : String(Math.round(value * 10) / 10));
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: shrinking ? 7 : 5 }} spacing="sm">
      <Select
        label={t('staffing.model.label')}
        data={MODELS.map((value) => ({ value, label: t(`staffing.model.${value}`) }))}
        value={model}
        allowDeselect={false}
        onChange={(value) => onChange({ model: value === 'erlang_a' ? value : undefined })}
      />
      <Field
        label={t('staffing.target')}
        suffix={t('targets.unit.percent')}
        min={1}
        max={99.9}
        placeholder={rounded(observed.target && observed.target * 100)}
        {...given('target')}
      />
      <Field
        label={t('staffing.within')}
        suffix={t('targets.unit.seconds')}
        max={3600}
        placeholder={rounded(observed.within)}
        {...given('within')}
      />
      <Field
        label={t('staffing.aht')}
        suffix={t('targets.unit.seconds')}
        min={1}
        max={36_000}
        placeholder={rounded(observed.aht)}
        {...given('aht')}
      />
      <Field
        label={t('staffing.patience')}
        suffix={t('targets.unit.seconds')}
        min={1}
        max={36_000}
        disabled={model === 'erlang_c'}
        placeholder={model === 'erlang_c' ? t('staffing.patienceUnknown') : rounded(observed.patience)}
        {...given('patience')}
      />
      {shrinking && (
        <>
          <Field label={t('staffing.shrinkage')} suffix={t('targets.unit.percent')} max={99} placeholder="30" {...given('shrinkage')} />
          <Field
            label={t('staffing.occupancy')}
            suffix={t('targets.unit.percent')}
            min={1}
            max={100}
            placeholder="90"
            {...given('occupancy')}
          />
        </>
      )}
    </SimpleGrid>
  );
}

interface FieldProps extends Omit<NumberInputProps, 'value' | 'onChange'> {
  value: number | undefined;
  onCommit: (value: number | undefined) => void;
}

/** A number that is told when somebody has finished typing it. */
export function Field({ value, onCommit, ...input }: FieldProps) {
  const [typed, setTyped] = useState<number | string>(value ?? '');
  const [known, setKnown] = useState(value);
  const later = useDebouncedCallback((number: number | undefined) => {
    setKnown(number);
    onCommit(number);
  }, REST);
  if (value !== known) {
    setKnown(value);
    setTyped(value ?? '');
  }
  return (
    <NumberInput
      min={0}
      decimalScale={1}
      hideControls
      {...input}
      value={typed}
      onChange={(next) => {
        setTyped(next);
        later(next === '' || Number.isNaN(Number(next)) ? undefined : Number(next));
      }}
    />
  );
}
