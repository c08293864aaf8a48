import { Alert, Button, Group, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { useProblemText } from '@/shared/ui/problems';
import { SharingSelect } from '../own/SharedWith';
import { type Dashboard, useSaveDashboard } from './api/dashboards';

interface Props {
  dashboard?: Dashboard;
  onSaved: (dashboard: Dashboard) => void;
}

/** What it is called and who sees it. */
export function DashboardForm({ dashboard, onSaved }: Props) {
  const { t } = useTranslation();
  const tell = useProblemText();
  const save = useSaveDashboard();
  const form = useForm({
    initialValues: {
      name: dashboard?.name ?? '',
      sharing: { team_id: dashboard?.team_id ?? null, everybody: dashboard?.everybody ?? false },
    },
    validate: { name: (name) => (name.trim() ? null : t('own.nameMissing')) },
  });
  const submit = form.onSubmit(({ name, sharing }) =>
    save.mutate(
      { id: dashboard?.id ?? null, dashboard: { name: name.trim(), tiles: dashboard?.tiles ?? [], ...sharing } },
      { onSuccess: onSaved },
    ),
  );
  return (
    <form onSubmit={submit} noValidate data-dirty={form.isDirty() || undefined}>
      <Stack>
        {save.error && (
          <Alert color="red" role="alert">
            {tell(save.error)}
          </Alert>
        )}
        <TextInput
          label={t('own.name')}
          placeholder={t('dashboards.nameExample')}
          required
          maxLength={128}
          autoComplete="off"
          data-autofocus
          {...form.getInputProps('name')}
        />
        <SharingSelect value={form.values.sharing} onChange={(sharing) => form.setFieldValue('sharing', sharing)} />
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending}>
            {dashboard ? t('common.save') : t('dashboards.create')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
