import { Autocomplete, NumberInput, Radio, Stack, Switch } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { SaveForm } from '@/shared/ui/SaveForm';
import { type ReviewRule, useSaveRule } from './api/rules';

interface Props {
  rule?: ReviewRule;
  queues: string[];
  onDone: () => void;
}

/** Which calls, and how many of them. */
export function RuleForm({ rule, queues, onDone }: Props) {
  const { t } = useTranslation();
  const save = useSaveRule();
  const form = useForm({
    initialValues: {
      queue: rule?.queue ?? '',
      which: rule?.only_failed ? 'failed' : rule && rule.below !== null ? 'below' : 'any',
      below: (rule?.below ?? 70) as number | '',
      share: (rule ? Math.round(rule.share * 1000) / 10 : 5) as number | '',
      active: rule?.active ?? true,
    },
    validate: {
      below: (below, { which }) => (which === 'below' && below === '' ? t('scorecards.wrong.percent') : null),
      share: (share) => (share === '' ? t('scorecards.wrong.percent') : null),
    },
  });
  const submit = form.onSubmit((values) =>
    save.mutate(
      {
        id: rule?.id ?? null,
        rule: {
          queue: values.queue.trim() || null,
          below: values.which === 'below' ? Number(values.below) : null,
          only_failed: values.which === 'failed',
          share: Number(values.share) / 100,
          active: values.active,
        },
      },
      { onSuccess: onDone },
    ),
  );
  return (
    <SaveForm
      onSubmit={submit}
      dirty={form.isDirty()}
      save={save}
      action={rule ? t('common.save') : t('reviews.rules.create')}
      onCancel={onDone}
    >
      <NumberInput
        label={t('reviews.rules.shareLabel')}
        description={t('reviews.rules.shareHint')}
        suffix={t('scorecards.unit.percent')}
        min={0}
        max={100}
        decimalScale={1}
        {...form.getInputProps('share')}
      />
      <Radio.Group label={t('reviews.rules.whichLabel')} {...form.getInputProps('which')}>
        <Stack gap="xs" mt={6}>
          <Radio value="any" label={t('reviews.rules.any')} />
          <Radio value="below" label={t('reviews.rules.below')} />
          <Radio value="failed" label={t('reviews.rules.failed')} />
        </Stack>
      </Radio.Group>
      {form.values.which === 'below' && (
        <NumberInput label={t('reviews.rules.belowLabel')} min={0} max={100} {...form.getInputProps('below')} />
      )}
      <Autocomplete
        label={t('reviews.rules.queueLabel')}
        placeholder={t('scorecards.allQueues')}
        data={queues}
        maxLength={128}
        {...form.getInputProps('queue')}
      />
      <Switch label={t('scorecards.active')} {...form.getInputProps('active', { type: 'checkbox' })} />
    </SaveForm>
  );
}
