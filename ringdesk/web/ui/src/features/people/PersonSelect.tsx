import { Select, type SelectProps } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { agentsQuery } from './api/agents';
import { peopleQuery } from './api/people';

interface Props extends Omit<SelectProps, 'data' | 'value' | 'onChange'> {
  value: number | null;
  onChange: (id: number | null) => void;
}

/** One of all people. */
export function PersonSelect(props: Props) {
  const { data } = useQuery(peopleQuery);
  const choices = data?.flatMap((p) => (p.id === null ? [] : [{ value: String(p.id), label: p.name }]));
  return <ById {...props} choices={choices} />;
}

/** One of those with a phone. */
export function AgentSelect(props: Props) {
  const { data } = useQuery(agentsQuery);
  const choices = data?.map((a) => ({ value: String(a.id), label: a.name }));
  return <ById {...props} choices={choices} />;
}

function ById({ value, onChange, choices, ...select }: Props & { choices: { value: string; label: string }[] | undefined }) {
  const { t } = useTranslation();
  return (
    <Select
      searchable
      clearable
      clearButtonProps={{ 'aria-label': t('common.clear') }}
      nothingFoundMessage={t('common.noMatch')}
      data={choices ?? []}
      {...select}
      value={value === null ? null : String(value)}
      onChange={(id) => onChange(id === null ? null : Number(id))}
    />
  );
}
