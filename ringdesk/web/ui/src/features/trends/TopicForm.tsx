import { Select, TagsInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { SaveForm } from '@/shared/ui/SaveForm';
import { type Topic, useSaveTopic } from './api/topics';

/** A topic: a name, and the phrases by which it is known. */
export function TopicForm({ topic, onSaved }: { topic?: Topic; onSaved: () => void }) {
  const { t } = useTranslation();
  const save = useSaveTopic();
  const form = useForm({
    initialValues: { name: topic?.name ?? '', phrases: topic?.phrases ?? [], speaker: topic?.speaker ?? null },
    validate: {
      name: (name) => (name.trim() ? null : t('scorecards.wrong.name')),
      phrases: (phrases) => (phrases.length > 0 ? null : t('scorecards.wrong.phrases')),
    },
  });
  const submit = form.onSubmit(({ name, phrases, speaker }) =>
    save.mutate({ id: topic?.id ?? null, topic: { name: name.trim(), phrases, speaker } }, { onSuccess: onSaved }),
  );
  return (
    <SaveForm onSubmit={submit} dirty={form.isDirty()} save={save} action={topic ? t('common.save') : t('trends.topics.create')}>
      <TextInput
        label={t('trends.topics.name')}
        placeholder={t('trends.topics.nameExample')}
        required
        maxLength={128}
        autoComplete="off"
        {...form.getInputProps('name')}
      />
      <TagsInput
        label={t('trends.topics.phrases')}
        description={t('scorecards.says.phrasesHint')}
        placeholder={form.values.phrases.length ? undefined : t('trends.topics.phrasesExample')}
        maxTags={100}
        maxLength={100}
        acceptValueOnBlur
        {...form.getInputProps('phrases')}
      />
      <Select
        label={t('trends.topics.speaker')}
        placeholder={t('said.speaker.anybody')}
        clearable
        clearButtonProps={{ 'aria-label': t('common.clear') }}
        data={(['agent', 'customer'] as const).map((value) => ({ value, label: t(`said.speaker.${value}`) }))}
        {...form.getInputProps('speaker')}
      />
    </SaveForm>
  );
}
