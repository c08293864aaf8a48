import { TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { SaveForm } from '@/shared/ui/SaveForm';
import { SharingSelect } from '../own/SharedWith';
import { type Dashboard, useSaveDashboard } from './api/dashboards';

interface Props {
  dashboard?: Dashboard;
  onSaved: (dashboard: Dashboard) => void;
}

/** What it is called and who sees it. */
export function DashboardForm({ dashboard, onSaved }: Props) {
  const { t } = useTranslation();
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
    <SaveForm onSubmit={submit} dirty={form.isDirty()} save={save} action={dashboard ? t('common.save') : t('dashboards.create')}>
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
    </SaveForm>
  );
}
