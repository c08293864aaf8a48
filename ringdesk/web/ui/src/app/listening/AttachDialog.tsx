import { Alert, Button, Group, Modal, Radio, Select, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { callsQuery } from '@/features/calls/api/calls';
import { callerName, talkers } from '@/features/calls/facts';
import { useMatch } from '@/features/recordings/api/match';
import type { Recording } from '@/features/recordings/api/recordings';
import { rowsOf } from '@/shared/list/pages';
import { SearchField } from '@/shared/list/SearchField';
import { clock, useFormats } from '@/shared/time/format';
import { useProblemText } from '@/shared/ui/problems';
import { Failed, Loading } from '@/shared/ui/States';
import classes from './AttachDialog.module.css';

const AROUND = ['10', '60', '720', 'all'] as const; // minutes before and after the recording began

interface Props {
  recording: Recording | null;
  onClose: () => void;
}

/** Says whose call a recording is: calls of about that time, or of a number. */
export function AttachDialog({ recording, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Modal opened={recording !== null} onClose={onClose} title={t('recordings.attach.title')} size="lg">
      {recording && <AttachForm key={recording.id} recording={recording} onClose={onClose} />}
    </Modal>
  );
}

function AttachForm({ recording, onClose }: { recording: Recording; onClose: () => void }) {
  const { t } = useTranslation();
  const tell = useProblemText();
  const format = useFormats();
  const match = useMatch(recording.id);
  const [around, setAround] = useState<(typeof AROUND)[number]>('60');
  const [number, setNumber] = useState('');
  const [chosen, setChosen] = useState<string | null>(null);
  const filter = useMemo(() => {
    const at = Date.parse(recording.started_at);
    const minutes = around === 'all' ? null : Number(around);
    const moment = (by: number) => new Date(at + by * 60_000).toISOString();
    return { ...(minutes && { from: moment(-minutes), to: moment(minutes) }), ...(number && { number }) };
  }, [recording.started_at, around, number]);
  const { rows, error, retry, more, loadingMore } = rowsOf(useInfiniteQuery(callsQuery(filter, 20)));
  return (
    <Stack>
      {match.error && (
        <Alert color="red" role="alert">
          {tell(match.error)}
        </Alert>
      )}
      <Text size="sm" c="dimmed">
        {t('recordings.attach.about', {
          name: recording.name,
          at: format.full(recording.started_at),
          length: recording.duration_s === null ? '–' : clock(recording.duration_s),
        })}
      </Text>
      <Group grow>
        <Select
          label={t('recordings.attach.time')}
          data={AROUND.map((value) => ({ value, label: t(`recordings.attach.around.${value}`) }))}
          value={around}
          allowDeselect={false}
          onChange={(value) => setAround(value ?? '60')}
        />
        <SearchField
          label={t('calls.filter.number')}
          value={number}
          maxLength={64}
          onSearch={(text) => setNumber(text.trim())}
          data-autofocus
        />
      </Group>
      {error ? <Failed error={error} onRetry={retry} /> : null}
      {!rows && !error && <Loading lines={4} />}
      {rows?.length === 0 && (
        <Text size="sm" c="dimmed" role="status">
          {t('recordings.attach.none')}
        </Text>
      )}
      {rows && rows.length > 0 && (
        <Radio.Group value={chosen} onChange={setChosen} aria-label={t('recordings.attach.choose')}>
          <div className={classes.list}>
            {rows.map((call) => (
              <Radio
                key={call.id}
                value={call.id}
                className={classes.call}
                label={callerName(call, t('calls.hidden'))}
                description={[
                  format.moment(call.started_at),
                  call.caller.pretty,
                  call.queue_visits.at(-1)?.queue,
                  talkers(call).join(', '),
                  call.recordings.length > 0 && t('recordings.attach.has', { count: call.recordings.length }),
                ]
                  .filter(Boolean)
                  .join(' · ')}
              />
            ))}
            {more && (
              <Button variant="subtle" size="xs" onClick={more} loading={loadingMore}>
                {t('common.more')}
              </Button>
            )}
          </div>
        </Radio.Group>
      )}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t('common.cancel')}
        </Button>
        <Button disabled={chosen === null} loading={match.isPending} onClick={() => chosen && match.mutate(chosen, { onSuccess: onClose })}>
          {t('recordings.attach.confirm')}
        </Button>
      </Group>
    </Stack>
  );
}
