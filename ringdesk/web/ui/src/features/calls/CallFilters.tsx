import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { QueueAndAgent } from '@/features/people/QueueAndAgent';
import { Filters } from '@/shared/list/Filters';
import { PeriodPicker } from '@/shared/list/PeriodPicker';
import { SearchField } from '@/shared/list/SearchField';
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
    <Filters onClear={filtered ? onClear : undefined}>
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
      <QueueAndAgent queue={search.queue} agent={search.agent} queues={queues} agents={agents} onChange={onChange} />
      <SearchField
        aria-label={t('calls.filter.number')}
        placeholder={t('calls.filter.number')}
        maxLength={64}
        value={search.number ?? ''}
        onSearch={(number) => onChange({ number: number.trim() || undefined })}
        w={180}
      />
    </Filters>
  );
}
