import { Group, NumberInput, Select, Switch, TagsInput } from '@mantine/core';
import { TimeInput } from '@mantine/dates';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { SaveForm } from '@/shared/ui/SaveForm';
import { type Schedule, type ScheduleDraft, useSaveSchedule } from './api/schedules';

const EVERY: ScheduleDraft['every'][] = ['day', 'weekday', 'week', 'month'];
const FORMATS = ['pdf', 'xlsx', 'csv'] as const;
const ADDRESS = /^[^@\s,;<>"]+@[^@\s,;<>"]+$/; // the server's own

interface Props {
  report: { id: number; name: string };
  schedule?: Schedule;
  /** The company's zone: times are its. */
  zone: string;
  onSaved: () => void;
}

/** When a report goes out, to whom, and as what. */
export function ScheduleForm({ report, schedule, zone, onSaved }: Props) {
  const { t } = useTranslation();
  const save = useSaveSchedule();
  const form = useForm({
    initialValues: {
      every: schedule?.every ?? 'weekday',
      weekday: String(schedule?.weekday ?? 0),
      day: (schedule?.day ?? 1) as number | string,
      at: schedule?.at ?? '08:00',
      recipients: schedule?.recipients ?? [],
      format: schedule?.format ?? 'pdf',
      active: schedule?.active ?? true,
    },
    validate: {
      recipients: (all) => {
        const wrong = all.find((one) => !ADDRESS.test(one.trim()));
        if (wrong !== undefined) return t('letters.wrong.address', { address: wrong });
        return all.length > 0 ? null : t('letters.wrong.nobody');
      },
      at: (at) => (/^\d\d:\d\d$/.test(at) ? null : t('letters.wrong.at')),
      day: (day, { every }) => (every === 'month' && !(Number(day) >= 1 && Number(day) <= 31) ? t('letters.wrong.day') : null),
    },
  });
  const { every } = form.values;
  const submit = form.onSubmit(({ weekday, day, ...values }) =>
    save.mutate(
      {
        id: schedule?.id ?? null,
        report: report.id,
        schedule: {
          ...values,
          recipients: values.recipients.map((one) => one.trim()),
          weekday: every === 'week' ? Number(weekday) : null,
          day: every === 'month' ? Number(day) : null,
        },
      },
      { onSuccess: onSaved },
    ),
  );
  return (
    <SaveForm onSubmit={submit} dirty={form.isDirty()} save={save} action={schedule ? t('common.save') : t('letters.create')}>
      <TagsInput
        label={t('letters.recipients')}
        description={t('letters.recipientsHint')}
        placeholder={form.values.recipients.length ? undefined : t('letters.recipientsExample')}
        required
        maxTags={50}
        maxLength={254}
        splitChars={[',', ';', ' ']}
        acceptValueOnBlur
        data-autofocus
        {...form.getInputProps('recipients')}
      />
      <Group grow align="flex-start">
        <Select
          label={t('letters.every.label')}
          allowDeselect={false}
          data={EVERY.map((value) => ({ value, label: t(`letters.every.${value}`) }))}
          {...form.getInputProps('every')}
        />
        {every === 'week' && (
          <Select
            label={t('letters.weekday')}
            allowDeselect={false}
            data={['0', '1', '2', '3', '4', '5', '6'].map((value) => ({ value, label: t(`staffing.weekday.${value as '0'}`) }))}
            {...form.getInputProps('weekday')}
          />
        )}
        {every === 'month' && (
          <NumberInput
            label={t('letters.day')}
            description={t('letters.dayHint')}
            min={1}
            max={31}
            allowDecimal={false}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            {...form.getInputProps('day')}
          />
        )}
        <TimeInput
          label={t('letters.at')}
          description={zone}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          {...form.getInputProps('at')}
        />
      </Group>
      <Select
        label={t('letters.format.label')}
        description={t('letters.formatHint')}
        allowDeselect={false}
        data={FORMATS.map((value) => ({ value, label: t(`letters.format.${value}`) }))}
        {...form.getInputProps('format')}
      />
      <Switch label={t('letters.active')} {...form.getInputProps('active', { type: 'checkbox' })} />
    </SaveForm>
  );
}
