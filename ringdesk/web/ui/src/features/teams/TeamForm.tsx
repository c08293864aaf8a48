import { Alert, Button, Group, MultiSelect, Stack, TagsInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { peopleQuery } from '@/features/people/api/people';
import type { Team } from '@/features/people/api/teams';
import { useProblemText } from '@/shared/ui/problems';
import { useSaveTeam } from './api/save-team';

interface Props {
  team?: Team;
  /** Names of the PBX's queues, to choose from; others may be typed, for a queue that comes later. */
  queues: string[];
  onSaved: () => void;
}

export function TeamForm({ team, queues, onSaved }: Props) {
  const { t } = useTranslation();
  const tell = useProblemText();
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
    <form onSubmit={submit} noValidate data-dirty={form.isDirty() || undefined}>
      <Stack>
        {save.error && (
          <Alert color="red" role="alert">
            {tell(save.error)}
          </Alert>
        )}
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
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending}>
            {team ? t('common.save') : t('teams.form.create')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
