import { Alert, Autocomplete, Button, Group, Stack, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { useProblemText } from '@/shared/ui/problems';
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
  const tell = useProblemText();
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
    <form onSubmit={submit} noValidate data-dirty={form.isDirty() || undefined}>
      <Stack>
        {save.error && (
          <Alert color="red" role="alert">
            {tell(save.error)}
          </Alert>
        )}
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
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending}>
            {disposition ? t('common.save') : t('dispositions.create')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
