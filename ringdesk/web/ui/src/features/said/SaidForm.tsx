import { NumberInput, Select, Stack } from '@mantine/core';
import { type Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { QueueAndAgent } from '@/features/people/QueueAndAgent';
import { Filters } from '@/shared/list/Filters';
import { PeriodPicker } from '@/shared/list/PeriodPicker';
import { SearchField } from '@/shared/list/SearchField';
import { Choice } from '@/shared/ui/Choice';
import { MATCHES, type SaidSearch, SPEAKERS, USUAL_DISTANCE } from './search';

interface Props {
  search: SaidSearch;
  queues: string[];
  /** Whether others' calls are among them. */
  agents: boolean;
  onChange: (change: Partial<SaidSearch>) => void;
  onClear: () => void;
  inputRef?: Ref<HTMLInputElement>;
}

/** The words, how they must stand, who said them, and where and when. */
export function SaidForm({ search, queues, agents, onChange, onClear, inputRef }: Props) {
  const { t } = useTranslation();
  const match = search.match ?? 'all';
  const narrowed = Object.keys(search).some((key) => key !== 'q');
  return (
    <Stack gap="sm">
      <SearchField
        ref={inputRef}
        size="md"
        aria-label={t('said.words')}
        placeholder={t('said.wordsHint')}
        maxLength={200}
        value={search.q ?? ''}
        onSearch={(q) => onChange({ q: q.trim() ? q : undefined })}
      />
      <Filters onClear={narrowed ? onClear : undefined}>
        <Choice
          label={t('said.match.label')}
          value={match}
          onChange={(value) => onChange({ match: value === 'all' ? undefined : value })}
          data={MATCHES.map((value) => ({ value, label: t(`said.match.${value}`) }))}
        />
        {match === 'near' && (
          <NumberInput
            aria-label={t('said.within')}
            w={150}
            min={1}
            max={50}
            allowDecimal={false}
            prefix={t('said.withinPrefix')}
            suffix={t('said.withinSuffix')}
            value={search.within ?? USUAL_DISTANCE}
            onChange={(value) => onChange({ within: typeof value === 'number' && value !== USUAL_DISTANCE ? value : undefined })}
          />
        )}
        <Select
          aria-label={t('said.speaker.label')}
          placeholder={t('said.speaker.anybody')}
          data={SPEAKERS.map((value) => ({ value, label: t(`said.speaker.${value}`) }))}
          value={search.speaker ?? null}
          onChange={(value) => onChange({ speaker: (value as SaidSearch['speaker']) ?? undefined })}
          clearable
          clearButtonProps={{ 'aria-label': t('common.clear') }}
          w={170}
        />
        <PeriodPicker value={search} onChange={onChange} />
        <QueueAndAgent queue={search.queue} agent={search.agent} queues={queues} agents={agents} onChange={onChange} />
      </Filters>
    </Stack>
  );
}
