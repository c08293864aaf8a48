import { Button, Group, Select } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { AgentSelect } from '@/features/people/PersonSelect';
import { PeriodPicker } from '@/shared/list/PeriodPicker';
import { SearchField } from '@/shared/list/SearchField';
import classes from './CallFilters.module.css';
import { type CallSearch, DIRECTIONS, OUTCOMES } from './search';

interface Props {
  search: CallSearch;
  queues: string[];
  /** Whether others' calls are among them. */
  agents: boolean;
  onChange: (change: Partial<CallSearch>) => void;
  onClear: () => void;
}

/** Everything the list can be narrowed by. It lives in the address, so that a view can be sent to a colleague. */
export function CallFilters({ search, queues, agents, onChange, onClear }: Props) {
  const { t } = useTranslation();
  const filtered = Object.keys(search).some((key) => key !== 'sort' && key !== 'open');
  return (
    <Group gap="xs" align="flex-end" className={classes.filters}>
      <PeriodPicker value={search} onChange={onChange} />
      <Select
        aria-label={t('calls.filter.direction')}
        placeholder={t('calls.filter.direction')}
        data={DIRECTIONS.map((value) => ({ value, label: t(`calls.direction.${value}`) }))}
        value={search.direction ?? null}
        onChange={(value) => onChange({ direction: (value as CallSearch['direction']) ?? undefined })}
        clearable
        w={140}
      />
      <Select
        aria-label={t('calls.filter.outcome')}
        placeholder={t('calls.filter.outcome')}
        data={OUTCOMES.map((value) => ({ value, label: t(`calls.outcome.${value}`) }))}
        value={search.outcome ?? null}
        onChange={(value) => onChange({ outcome: (value as CallSearch['outcome']) ?? undefined })}
        clearable
        w={150}
      />
      <Select
        aria-label={t('calls.filter.queue')}
        placeholder={t('calls.filter.queue')}
        data={queues}
        value={search.queue ?? null}
        onChange={(value) => onChange({ queue: value ?? undefined })}
        clearable
        searchable
        w={150}
      />
      {agents && (
        <AgentSelect
          aria-label={t('calls.filter.agent')}
          placeholder={t('calls.filter.agent')}
          value={search.agent ?? null}
          onChange={(id) => onChange({ agent: id ?? undefined })}
          w={180}
        />
      )}
      <SearchField
        aria-label={t('calls.filter.number')}
        placeholder={t('calls.filter.number')}
        maxLength={64}
        value={search.number ?? ''}
        onSearch={(number) => onChange({ number: number.trim() || undefined })}
        w={180}
      />
      {filtered && (
        <Button variant="subtle" color="gray" leftSection={<IconX size={14} />} onClick={onClear}>
          {t('common.clearFilters')}
        </Button>
      )}
    </Group>
  );
}
