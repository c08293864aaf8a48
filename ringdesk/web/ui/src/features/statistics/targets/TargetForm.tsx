import { Group, NumberInput, Radio, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { SaveForm } from '@/shared/ui/SaveForm';
import { useSetTarget, type Variant } from './api/save-target';
import { Formula } from './Formula';
import type { TargetRow } from './rows';
import classes from './TargetForm.module.css';

interface Props {
  row: TargetRow;
  variants: string[];
  onSaved: () => void;
}

/** What a queue promises, and how callers who gave up count. */
export function TargetForm({ row, variants, onSaved }: Props) {
  const { t } = useTranslation();
  const save = useSetTarget();
  const form = useForm({
    initialValues: {
      target: (Math.round(row.target * 1000) / 10) as number | '',
      within: row.answer_within_s as number | '',
      short: row.short_abandon_s as number | '',
      variant: row.variant as Variant,
    },
    validate: {
      target: (target) => (target !== '' && target > 0 && target <= 100 ? null : t('targets.wrong.target')),
      within: (within) => (within !== '' && within > 0 ? null : t('targets.wrong.within')),
      short: (short) => (short !== '' ? null : t('targets.wrong.short')),
    },
  });
  const submit = form.onSubmit(({ target, within, short, variant }) =>
    save.mutate(
      {
        queue: row.queue,
        target: { target: Number(target) / 100, answer_within_s: Number(within), short_abandon_s: Number(short), variant },
      },
      { onSuccess: onSaved },
    ),
  );
  return (
    <SaveForm onSubmit={submit} dirty={form.isDirty()} save={save} action={t('common.save')}>
      <Group grow align="flex-start">
        <NumberInput
          label={t('targets.target')}
          description={t('targets.targetHint')}
          suffix={t('targets.unit.percent')}
          min={0}
          max={100}
          decimalScale={1}
          {...form.getInputProps('target')}
        />
        <NumberInput
          label={t('targets.within')}
          description={t('targets.withinHint')}
          suffix={t('targets.unit.seconds')}
          min={0}
          max={3600}
          decimalScale={1}
          {...form.getInputProps('within')}
        />
      </Group>
      <NumberInput
        label={t('targets.short')}
        description={t('targets.shortHint')}
        suffix={t('targets.unit.seconds')}
        min={0}
        max={600}
        decimalScale={1}
        {...form.getInputProps('short')}
      />
      <Radio.Group label={t('targets.variantLabel')} description={t('targets.variantHint')} {...form.getInputProps('variant')}>
        <Stack gap="xs" mt="xs">
          {(variants as Variant[]).map((variant) => (
            <Radio.Card key={variant} value={variant} className={classes.card} aria-label={t(`targets.variant.${variant}.name`)}>
              <Group wrap="nowrap" align="flex-start" gap="sm">
                <Radio.Indicator mt={2} />
                <div>
                  <Text size="sm" fw={550}>
                    {t(`targets.variant.${variant}.name`)}
                  </Text>
                  <Text size="xs" c="dimmed" mb={6}>
                    {t(`targets.variant.${variant}.why`)}
                  </Text>
                  <Formula variant={variant} />
                </div>
              </Group>
            </Radio.Card>
          ))}
        </Stack>
      </Radio.Group>
      <Text size="xs" c="dimmed">
        {t('targets.pastHint')}
      </Text>
    </SaveForm>
  );
}
