import { Autocomplete, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { SaveForm } from '@/shared/ui/SaveForm';
import { type Disposition, useSaveDisposition } from './api/dispositions';

interface Props {
  disposition?: Disposition;
  /** The place a new one takes. */
  last: (queue: string) => number;
  queues: string[];
  onSaved: () => void;
}

/** One thing a call may be about. */
export function DispositionForm({ disposition, last, queues, onSaved }: Props) {
  const { t } = useTranslation();
  const save = useSaveDisposition();
  const form = useForm({
    initialValues: { name: disposition?.name ?? '', queue: disposition?.queue ?? '', active: disposition?.active ?? true },
    validate: { name: (name) => (name.trim() ? null : t('dispositions.nameMissing')) },
  });
  const submit = form.onSubmit((values) => {
    const queue = values.queue.trim();
    const stays = disposition && disposition.queue === queue;
    const draft = { name: values.name.trim(), queue, active: values.active, position: stays ? disposition.position : last(queue) };
    save.mutate({ id: disposition?.id ?? null, disposition: draft }, { onSuccess: onSaved });
  });
  return (
    <SaveForm onSubmit={submit} dirty={form.isDirty()} save={save} action={disposition ? t('common.save') : t('dispositions.create')}>
      <TextInput
        label={t('dispositions.name')}
        placeholder={t('dispositions.nameExample')}
        required
        maxLength={64}
        autoComplete="off"
        data-autofocus
        {...form.getInputProps('name')}
      />
      <Autocomplete
        label={t('dispositions.queue')}
        description={t('dispositions.queueHint')}
        placeholder={t('dispositions.everyCall')}
        data={queues}
        maxLength={128}
        {...form.getInputProps('queue')}
      />
      <Switch
        label={t('dispositions.active')}
        description={t('dispositions.activeHint')}
        {...form.getInputProps('active', { type: 'checkbox' })}
      />
    </SaveForm>
  );
}
