import { MultiSelect, TagsInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { peopleQuery } from '@/features/people/api/people';
import type { Team } from '@/features/people/api/teams';
import { SaveForm } from '@/shared/ui/SaveForm';
import { useSaveTeam } from './api/save-team';

interface Props {
  team?: Team;
  /** Names of the PBX's queues, to choose from; others may be typed, for a queue that comes later. */
  queues: string[];
  onSaved: () => void;
}

export function TeamForm({ team, queues, onSaved }: Props) {
  const { t } = useTranslation();
  const save = useSaveTeam();
  const { data: people } = useQuery(peopleQuery);
  const form = useForm({
    initialValues: { name: team?.name ?? '', members: team?.members.map(String) ?? [], queues: team?.queues ?? [] },
    validate: { name: (name) => (name.trim() ? null : t('teams.form.nameMissing')) },
  });
  const submit = form.onSubmit((values) =>
    save.mutate(
      { id: team?.id ?? null, team: { name: values.name.trim(), members: values.members.map(Number), queues: values.queues } },
      { onSuccess: onSaved },
    ),
  );
  return (
    <SaveForm onSubmit={submit} dirty={form.isDirty()} save={save} action={team ? t('common.save') : t('teams.form.create')}>
      <TextInput label={t('teams.form.name')} required maxLength={128} autoComplete="off" {...form.getInputProps('name')} />
      <MultiSelect
        label={t('teams.members')}
        description={t('teams.form.membersHint')}
        data={people?.map((p) => ({ value: String(p.id), label: p.name })) ?? []}
        searchable
        clearable
        hidePickedOptions
        nothingFoundMessage={t('common.noMatch')}
        {...form.getInputProps('members')}
      />
      <TagsInput
        label={t('teams.queues')}
        description={t('teams.form.queuesHint')}
        data={queues}
        clearable
        {...form.getInputProps('queues')}
      />
    </SaveForm>
  );
}
