import { Alert, Stack, Tabs } from '@mantine/core';
import { IconMicrophoneOff, IconPlugConnectedX } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type CallDetail, callQuery } from '@/features/calls/api/call';
import { callerName, DirectionIcon, Outcome, talkers } from '@/features/calls/facts';
import { type Recording, recordingsQuery } from '@/features/recordings/api/recordings';
import { rowsOf } from '@/shared/list/pages';
import { clock, useFormats } from '@/shared/time/format';
import { Page } from '@/shared/ui/Page';
import { Failed, Loading, Nothing } from '@/shared/ui/States';
import { Surface } from '@/shared/ui/Surface';
import { CallAside } from '../listening/CallAside';
import { RecordingSheet } from '../listening/RecordingSheet';
import classes from './CallPage.module.css';

const route = getRouteApi('/signed-in/calls/$callId');

/** A call with everything: what happened, who it was, how it sounded, what was said and how good it was. */
export function CallPage() {
  const { t } = useTranslation();
  const { callId } = route.useParams();
  const { data: call, error, refetch } = useQuery(callQuery(callId));
  if (call) return <Shown call={call} />;
  return (
    <Page title={t('calls.one')}>
      <Surface>{error ? <Failed error={error} onRetry={() => void refetch()} /> : <Loading lines={8} height={22} />}</Surface>
    </Page>
  );
}

function Shown({ call }: { call: CallDetail }) {
  const { t } = useTranslation();
  const format = useFormats();
  return (
    <Page
      title={callerName(call, t('calls.hidden'))}
      picture={<DirectionIcon direction={call.direction} size={26} />}
      hint={[format.moment(call.started_at), call.queue_visits.at(-1)?.queue, talkers(call).join(', ')].filter(Boolean).join(' · ')}
      actions={<Outcome outcome={call.outcome} />}
    >
      {call.gap && (
        <Alert color="yellow" icon={<IconPlugConnectedX size={18} />}>
          {t('calls.gap')}
        </Alert>
      )}
      {call.recordings.length > 0 ? <Recordings call={call} /> : <Unrecorded call={call} />}
    </Page>
  );
}

function Recordings({ call }: { call: CallDetail }) {
  const { recording, t: at } = route.useSearch();
  const navigate = route.useNavigate();
  const ids = call.recordings;
  const chosen = ids.find((id) => id === recording) ?? ids[0] ?? 0;
  const sheet = (
    <RecordingSheet key={chosen} id={chosen} at={at}>
      <CallAside call={call} />
    </RecordingSheet>
  );
  if (ids.length === 1) return sheet;
  return (
    <Tabs
      value={String(chosen)}
      onChange={(value) => void navigate({ search: { recording: Number(value) }, replace: true, resetScroll: false })}
    >
      <Tabs.List mb="md">
        {ids.map((id, i) => (
          <Tabs.Tab key={id} value={String(id)}>
            <Part callId={call.id} id={id} number={i + 1} />
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value={String(chosen)}>{sheet}</Tabs.Panel>
    </Tabs>
  );
}

/** Which one of several: when it began, how long it is, and with whom. */
function Part({ callId, id, number }: { callId: string; id: number; number: number }) {
  const { t } = useTranslation();
  const format = useFormats();
  const part = useParts(callId)?.find((recording) => recording.id === id);
  if (!part) return <>{t('recordings.call.part', { number })}</>;
  return (
    <>
      {[
        format.timeWithSeconds(part.started_at),
        part.duration_s === null ? null : clock(part.duration_s),
        part.agents.map(({ name }) => name).join(', '),
      ]
        .filter(Boolean)
        .join(' · ')}
    </>
  );
}

function useParts(callId: string): Recording[] | undefined {
  const filter = useMemo(() => ({ call_id: callId, sort: 'started_at' as const }), [callId]);
  return rowsOf(useInfiniteQuery(recordingsQuery(filter))).rows;
}

function Unrecorded({ call }: { call: CallDetail }) {
  const { t } = useTranslation();
  const spoken = call.conversations.length > 0;
  const hint = call.ended_at === null ? 'recordings.call.running' : spoken ? 'recordings.call.noneHint' : 'recordings.call.nobody';
  return (
    <div className={classes.columns}>
      <Surface>
        <Nothing icon={<IconMicrophoneOff stroke={1.5} />} title={t('recordings.call.none')} hint={t(hint)} />
      </Surface>
      <Stack gap="md">
        <CallAside call={call} />
      </Stack>
    </div>
  );
}
