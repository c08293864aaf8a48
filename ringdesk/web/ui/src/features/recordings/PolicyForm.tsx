import { Checkbox, Group, NumberInput, Select, TagsInput, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { isProblem } from '@/shared/api/problem';
import { useFormats } from '@/shared/time/format';
import { SaveForm } from '@/shared/ui/SaveForm';
import type { Policy } from './api/policies';
import { useSavePolicy } from './api/save-policy';

const LANGUAGE = /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/;
const SOUND = /^[A-Za-z0-9_/-]{1,128}$/;
const KEYS = [...'0123456789*#'];

interface Props {
  /** The one to change; none for a new one. */
  policy?: Policy;
  queues: string[];
  /** Languages that there are models for. */
  languages: string[];
  onSaved: () => void;
}

/** How the recordings of a queue or of a number called are treated. */
export function PolicyForm({ policy, queues, languages, onSaved }: Props) {
  const { t } = useTranslation();
  const format = useFormats();
  const save = useSavePolicy();
  const general = policy !== undefined && policy.queue === '' && policy.did === '';
  const form = useForm({
    initialValues: {
      queue: policy?.queue ?? '',
      did: policy?.did ?? '',
      language: policy?.language ?? '',
      keep: policy?.keep_days?.toString() ?? '',
      cards: policy?.mask_cards ?? true,
      patterns: policy?.mask_patterns ?? [],
      withhold: policy?.withhold ?? true,
      announcement: policy?.announcement ?? '',
      key: policy?.opt_out_key ?? null,
    },
    validate: {
      queue: (queue, { did }) => (general || queue.trim() || did.trim() ? null : t('recordings.policy.forMissing')),
      language: (language) => (!language || LANGUAGE.test(language) ? null : t('recordings.policy.languageWrong')),
      announcement: (sound) => (!sound || SOUND.test(sound) ? null : t('recordings.policy.announcementWrong')),
    },
  });
  const submit = form.onSubmit((values) =>
    save.mutate(
      {
        id: policy?.id ?? null,
        policy: {
          queue: values.queue.trim(),
          did: values.did.trim(),
          language: values.language.trim() || null,
          keep_days: Number(values.keep) || null,
          mask_cards: values.cards,
          mask_patterns: values.patterns,
          withhold: values.withhold,
          announcement: values.announcement.trim() || null,
          opt_out_key: values.key,
        },
      },
      {
        onSuccess: onSaved,
        onError: (error) => {
          const wrong = isProblem(error) && error.fields.find(({ field }) => field.startsWith('mask_patterns'));
          if (wrong) form.setFieldError('patterns', wrong.message);
        },
      },
    ),
  );
  return (
    <SaveForm onSubmit={submit} dirty={form.isDirty()} save={save} action={policy ? t('common.save') : t('recordings.policy.create')}>
      {general ? (
        <Text size="sm" c="dimmed">
          {t('recordings.policy.generalHint')}
        </Text>
      ) : (
        <Group grow align="flex-start">
          <Select
            label={t('calls.queue')}
            placeholder={t('recordings.policy.anyQueue')}
            data={[...new Set([...queues, ...(policy?.queue ? [policy.queue] : [])])]}
            clearable
            clearButtonProps={{ 'aria-label': t('common.clear') }}
            searchable
            error={form.errors.queue}
            value={form.values.queue || null}
            onChange={(queue: string | null) => form.setFieldValue('queue', queue ?? '')}
          />
          <TextInput
            label={t('recordings.policy.did')}
            placeholder={t('recordings.policy.anyDid')}
            maxLength={64}
            {...form.getInputProps('did')}
          />
        </Group>
      )}
      <TextInput
        label={t('recordings.policy.language')}
        description={
          languages.length > 0
            ? t('recordings.policy.languages', { languages: languages.map((tag) => `${tag} (${format.language(tag)})`).join(', ') })
            : t('recordings.policy.noLanguages')
        }
        placeholder={t('recordings.policy.languageDefault')}
        maxLength={16}
        {...form.getInputProps('language')}
      />
      <NumberInput
        label={t('recordings.policy.keep')}
        description={t('recordings.policy.keepHint')}
        placeholder={t('recordings.policy.always')}
        min={1}
        max={36_500}
        allowDecimal={false}
        {...form.getInputProps('keep')}
      />
      <Checkbox
        label={t('recordings.policy.cards')}
        description={t('recordings.policy.cardsHint')}
        {...form.getInputProps('cards', { type: 'checkbox' })}
      />
      <TagsInput
        label={t('recordings.policy.patterns')}
        description={t('recordings.policy.patternsHint')}
        placeholder={form.values.patterns.length === 0 ? String.raw`pin (is )?(\d ?){4}` : undefined}
        splitChars={[]}
        maxTags={50}
        maxLength={200}
        clearable
        {...form.getInputProps('patterns')}
      />
      <Checkbox
        label={t('recordings.policy.withhold')}
        description={t('recordings.policy.withholdHint')}
        {...form.getInputProps('withhold', { type: 'checkbox' })}
      />
      <TextInput
        label={t('recordings.policy.announcement')}
        description={t('recordings.policy.announcementHint')}
        placeholder="custom/recorded"
        maxLength={128}
        {...form.getInputProps('announcement')}
      />
      <Select
        label={t('recordings.policy.key')}
        description={t('recordings.policy.keyHint')}
        placeholder={t('recordings.policy.noKey')}
        data={KEYS}
        clearable
        clearButtonProps={{ 'aria-label': t('common.clear') }}
        {...form.getInputProps('key')}
      />
    </SaveForm>
  );
}
