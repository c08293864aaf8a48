import { NumberInput, Select } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { QueueAndAgent } from '@/features/people/QueueAndAgent';
import { Filters } from '@/shared/list/Filters';
import { PeriodPicker } from '@/shared/list/PeriodPicker';
import { SearchField } from '@/shared/list/SearchField';
import { STATES } from './api/recordings';
import type { RecordingSearch } from './search';

const REST = 400; // ms after the last digit of a mark

interface Props {
  search: RecordingSearch;
  queues: string[];
  /** Whether others' recordings are among them. */
  agents: boolean;
  onChange: (change: Partial<RecordingSearch>) => void;
  onClear: () => void;
}

/** Everything the list can be narrowed by. It lives in the address. */
export function RecordingFilters({ search, queues, agents, onChange, onClear }: Props) {
  const { t } = useTranslation();
  const filtered = Object.keys(search).some((key) => key !== 'sort');
  const below = useDebouncedCallback((value: string | number) => onChange({ below: Number(value) || undefined }), REST);
  return (
    <Filters onClear={filtered ? onClear : undefined}>
      <PeriodPicker value={search} onChange={onChange} />
      <QueueAndAgent queue={search.queue} agent={search.agent} queues={queues} agents={agents} onChange={onChange} />
      <Select
        aria-label={t('recordings.state.label')}
        placeholder={t('recordings.state.label')}
        data={STATES.filter((state) => agents || state !== 'unmatched').map((value) => ({ value, label: t(`recordings.state.${value}`) }))}
        value={search.state ?? null}
        onChange={(value) => onChange({ state: value ?? undefined })}
        clearable
        clearButtonProps={{ 'aria-label': t('common.clear') }}
        w={170}
      />
      <SearchField
        aria-label={t('calls.filter.number')}
        placeholder={t('calls.filter.number')}
        maxLength={64}
        value={search.number ?? ''}
        onSearch={(number) => onChange({ number: number.trim() || undefined })}
        w={160}
      />
      <NumberInput
        key={search.below === undefined ? 'none' : 'some'}
        aria-label={t('recordings.filter.below')}
        placeholder={t('recordings.filter.below')}
        defaultValue={search.below ?? ''}
        onChange={below}
        min={1}
        max={100}
        hideControls
        w={150}
      />
    </Filters>
  );
}
