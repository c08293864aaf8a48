import { Group, Select, Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useTellProblem } from '@/shared/ui/problems';
import { choiceQuery, useChoose } from './api/choice';
import { dispositionsQuery } from './api/dispositions';
import classes from './DispositionChoice.module.css';
import { offered } from './offered';

interface Props {
  callId: string;
  /** Queues the call came through. */
  queues: string[];
  /** Without a heading of its own. */
  bare?: boolean;
}

/** An agent says what the call was about. Nothing is shown in a house without dispositions. */
export function DispositionChoice({ callId, queues, bare }: Props) {
  const { t } = useTranslation();
  const tell = useTellProblem();
  const { data: all } = useQuery(dispositionsQuery);
  const { data: choice } = useQuery(choiceQuery(callId));
  const choose = useChoose(callId);
  const chosen = choose.isPending ? choose.variables : (choice?.disposition_id ?? null);
  const offers = all && offered(all, queues, chosen);
  if (!offers?.length) return null;
  return (
    <div className={classes.choice}>
      <Select
        label={bare ? undefined : t('dispositions.choose')}
        aria-label={bare ? t('dispositions.choose') : undefined}
        placeholder={t('dispositions.placeholder')}
        searchable
        clearable
        clearButtonProps={{ 'aria-label': t('common.clear') }}
        nothingFoundMessage={t('dispositions.noMatch')}
        disabled={choice === undefined}
        data={offers.map(({ id, name }) => ({ value: String(id), label: name }))}
        value={chosen === null ? null : String(chosen)}
        onChange={(id) => choose.mutate(id === null ? null : Number(id), { onError: tell })}
      />
      <Text size="xs" c="dimmed" role="status" className={classes.saved}>
        {choose.isSuccess && (
          <Group gap={4} component="span">
            <IconCheck size={14} aria-hidden />
            {t('dispositions.saved')}
          </Group>
        )}
      </Text>
    </div>
  );
}
