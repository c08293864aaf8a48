import { Alert, Select, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconFlask } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/shared/time/format';
import { useProblemText } from '@/shared/ui/problems';
import { Loading, Nothing } from '@/shared/ui/States';
import { Surface } from '@/shared/ui/Surface';
import { recentRecordingsQuery, type Recording } from '../api/recordings';
import { tryQuery } from '../api/scorecards';
import { ScoreFigure } from '../ScoreFigure';
import { ScoreResult } from '../ScoreResult';
import { check } from './check';
import { type CardDraft, toDefinition, wholeMistake } from './draft';
import classes from './TryPanel.module.css';

const REST = 500; // ms after the last change: the card is tried as it is built, not at every letter

/** What the card, as it stands here unsaved, gives for a recording. */
export function TryPanel({ draft }: { draft: CardDraft }) {
  const { t } = useTranslation();
  const tell = useProblemText();
  const [recording, choose] = useState<number | null>(null);
  const [settled] = useDebouncedValue(draft, REST);
  const definition = useMemo(() => toDefinition(settled), [settled]);
  const ready = useMemo(() => Object.keys(check(settled)).length === 0, [settled]);
  const { data: score, error, isFetching } = useQuery({ ...tryQuery(definition, recording ?? 0), enabled: recording !== null && ready });
  return (
    <Surface title={t('scorecards.try.title')} className={classes.panel}>
      <Stack gap="md">
        <RecordingSelect value={recording} onChange={choose} />
        {recording === null && (
          <Nothing icon={<IconFlask stroke={1.5} />} title={t('scorecards.try.none')} hint={t('scorecards.try.noneHint')} />
        )}
        {recording !== null && !ready && (
          <Text size="sm" c="dimmed">
            {t('scorecards.try.notReady')}
          </Text>
        )}
        {recording !== null && ready && error && (
          <Alert color="red" role="alert">
            {wholeMistake(error) ?? tell(error)}
          </Alert>
        )}
        {recording !== null && ready && !score && !error && <Loading lines={5} />}
        {recording !== null && ready && score && !error && (
          <div className={classes.result} aria-busy={isFetching} aria-live="polite">
            <Stack gap="md">
              <ScoreFigure score={score} />
              <ScoreResult score={score} onSeek={(at) => void window.open(`/recordings/${recording}?t=${at}`, '_blank', 'noopener')} />
            </Stack>
          </div>
        )}
      </Stack>
    </Surface>
  );
}

function RecordingSelect({ value, onChange }: { value: number | null; onChange: (id: number | null) => void }) {
  const { t } = useTranslation();
  const format = useFormats();
  const { data: recordings, error } = useQuery(recentRecordingsQuery);
  const tell = useProblemText();
  const label = (recording: Recording) =>
    [
      format.moment(recording.started_at),
      recording.customer?.name ?? recording.caller?.pretty ?? recording.caller?.number,
      recording.agents.map((agent) => agent.name).join(', '),
      recording.queue,
      recording.duration_s === null ? null : format.duration(recording.duration_s),
    ]
      .filter(Boolean)
      .join(' · ');
  const heard = recordings?.filter((recording) => recording.transcript);
  return (
    <Select
      label={t('scorecards.try.recording')}
      placeholder={t('scorecards.try.choose')}
      nothingFoundMessage={t('common.noMatch')}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': t('common.clear') }}
      error={error ? tell(error) : undefined}
      description={heard?.length === 0 ? t('scorecards.try.noRecordings') : undefined}
      data={heard?.map((recording) => ({ value: String(recording.id), label: label(recording) })) ?? []}
      value={value === null ? null : String(value)}
      onChange={(id) => onChange(id === null ? null : Number(id))}
    />
  );
}
