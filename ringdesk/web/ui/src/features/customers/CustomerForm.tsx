import { Alert, Button, Group, SegmentedControl, Select, SimpleGrid, Stack, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { PersonSelect } from '@/features/people/PersonSelect';
import { seesAll, useMe } from '@/features/session/rights';
import { teamsQuery } from '@/features/people/api/teams';
import { LanguageSelect } from '@/shared/ui/LanguageSelect';
import { useProblemText } from '@/shared/ui/problems';
import type { Customer } from './api/customers';
import { useSaveCustomer } from './api/save-customer';
import { Addresses, Emails, type Form, Numbers } from './ContactLines';
import { type CustomerForm as Values, emptyForm, fieldErrors, toDraft } from './draft';

interface Props {
  initial?: Partial<Values>;
  /** Whom to change; a new one without. */
  id?: number;
  /** The call during which a new one is entered: it is theirs from then on. */
  callId?: string;
  /** Only what one asks while the phone is still warm. */
  brief?: boolean;
  onSaved: (customer: Customer) => void;
  onCancel?: () => void;
}

export function CustomerForm({ initial, id, callId, brief, onSaved, onCancel }: Props) {
  const { t } = useTranslation();
  const tell = useProblemText();
  const save = useSaveCustomer();
  const form = useForm<Values>({
    initialValues: { ...emptyForm, ...initial },
    validate: { name: (name) => (name.trim() ? null : t('customers.form.nameMissing')) },
  });
  const submit = form.onSubmit((values) =>
    save.mutate(
      { draft: toDraft(values), id: id ?? null, callId },
      {
        onSuccess: onSaved,
        onError: (error) => {
          const placed = fieldErrors(error, values, tell);
          if (placed) form.setErrors(placed);
        },
      },
    ),
  );
  const general = save.error && !fieldErrors(save.error, form.values, tell) ? tell(save.error) : null;
  return (
    <form onSubmit={submit} noValidate data-dirty={form.isDirty() || undefined}>
      <Stack gap="md">
        {general && (
          <Alert color="red" role="alert">
            {general}
          </Alert>
        )}
        {!brief && (
          <SegmentedControl
            aria-label={t('customers.kind.label')}
            data={(['person', 'company'] as const).map((value) => ({ value, label: t(`customers.kind.${value}`) }))}
            w="fit-content"
            {...form.getInputProps('kind')}
          />
        )}
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
          <TextInput label={t('customers.form.name')} required maxLength={256} autoComplete="off" {...form.getInputProps('name')} />
          {form.values.kind === 'person' && (
            <TextInput label={t('customers.form.company')} maxLength={256} autoComplete="off" {...form.getInputProps('company')} />
          )}
        </SimpleGrid>
        <SimpleGrid cols={{ base: 1, sm: brief ? 2 : 1 }} spacing="md">
          <Numbers form={form} />
          <Emails form={form} plain={brief} />
        </SimpleGrid>
        {!brief && <Addresses form={form} />}
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
          <LanguageSelect label={t('customers.form.language')} {...form.getInputProps('language')} value={form.values.language} />
          <TagsInput
            label={t('customers.form.tags')}
            placeholder={form.values.tags.length ? undefined : t('customers.form.tagsHint')}
            maxTags={50}
            {...form.getInputProps('tags')}
          />
          {!brief && <Ownership form={form} />}
        </SimpleGrid>
        {!brief && (
          <Textarea
            label={t('customers.form.notes')}
            autosize
            minRows={3}
            maxRows={12}
            maxLength={20_000}
            {...form.getInputProps('notes')}
          />
        )}
        <Group justify="flex-end" gap="xs">
          {onCancel && (
            <Button variant="default" onClick={onCancel}>
              {t('common.cancel')}
            </Button>
          )}
          <Button type="submit" loading={save.isPending}>
            {id === undefined ? t('customers.form.create') : t('common.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Ownership({ form }: { form: Form }) {
  const { t } = useTranslation();
  const me = useMe();
  const { data: teams } = useQuery(teamsQuery);
  const own = teams?.filter((team) => seesAll(me) || me.teams.includes(team.id) || team.id === form.values.team_id);
  const team = form.getInputProps('team_id');
  return (
    <>
      <PersonSelect
        label={t('customers.form.owner')}
        placeholder={t('customers.form.noOwner')}
        {...form.getInputProps('owner_id')}
        value={form.values.owner_id}
      />
      <Select
        label={t('customers.form.team')}
        placeholder={t('customers.form.noTeam')}
        clearable
        data={(own ?? []).map((found) => ({ value: String(found.id), label: found.name }))}
        {...team}
        value={form.values.team_id === null ? null : String(form.values.team_id)}
        onChange={(value) => form.setFieldValue('team_id', value === null ? null : Number(value))}
      />
      <TextInput label={t('customers.form.externalId')} maxLength={128} autoComplete="off" {...form.getInputProps('external_id')} />
    </>
  );
}
