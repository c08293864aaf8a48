import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { AgentSelect } from './PersonSelect';

interface Props {
  queue: string | undefined;
  agent: number | undefined;
  queues: string[];
  /** Whether others' calls are among them. */
  agents: boolean;
  onChange: (change: { queue?: string } | { agent?: number }) => void;
}

/** Of which queue, and whose. */
export function QueueAndAgent({ queue, agent, queues, agents, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <>
      <Select
        aria-label={t('calls.filter.queue')}
        placeholder={t('calls.filter.queue')}
        data={queues}
        value={queue ?? null}
        onChange={(value) => onChange({ queue: value ?? undefined })}
        clearable
        clearButtonProps={{ 'aria-label': t('common.clear') }}
        searchable
        w={150}
      />
      {agents && (
        <AgentSelect
          aria-label={t('calls.filter.agent')}
          placeholder={t('calls.filter.agent')}
          value={agent ?? null}
          onChange={(id) => onChange({ agent: id ?? undefined })}
          w={180}
        />
      )}
    </>
  );
}
