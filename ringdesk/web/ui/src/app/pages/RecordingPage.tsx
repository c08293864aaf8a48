import { Button } from '@mantine/core';
import { IconMicrophoneOff, IconPhone } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { callQuery } from '@/features/calls/api/call';
import { type RecordingDetail, recordingQuery } from '@/features/recordings/api/recording';
import { otherSide } from '@/features/recordings/names';
import { RecordingActions } from '@/features/recordings/RecordingActions';
import { isProblem } from '@/shared/api/problem';
import { clock, useFormats } from '@/shared/time/format';
import { Page } from '@/shared/ui/Page';
import { Failed, Loading, Nothing } from '@/shared/ui/States';
import { Surface } from '@/shared/ui/Surface';
import { AttachDialog } from '../listening/AttachDialog';
import { CallAside } from '../listening/CallAside';
import { RecordingSheet } from '../listening/RecordingSheet';

const route = getRouteApi('/signed-in/recordings/$recordingId');

/** One recording, with the call it is of. */
export function RecordingPage() {
  const { t } = useTranslation();
  const { recordingId } = route.useParams();
  const { data: recording, error, refetch } = useQuery(recordingQuery(recordingId));
  if (recording) return <Shown recording={recording} />;
  return (
    <Page title={t('recordings.one')}>
      <Surface>
        {isProblem(error) && error.status === 404 ? (
          <Nothing icon={<IconMicrophoneOff stroke={1.5} />} title={t('recordings.gone')} hint={t('recordings.goneHint')}>
            <Button variant="default" size="xs" renderRoot={(props) => <Link {...props} to="/recordings" />}>
              {t('recordings.title')}
            </Button>
          </Nothing>
        ) : error ? (
          <Failed error={error} onRetry={() => void refetch()} />
        ) : (
          <Loading lines={8} height={22} />
        )}
      </Surface>
    </Page>
  );
}

function Shown({ recording }: { recording: RecordingDetail }) {
  const { t } = useTranslation();
  const format = useFormats();
  const navigate = useNavigate();
  const { t: at } = route.useSearch();
  const [attaching, setAttaching] = useState(false);
  const { call_id } = recording;
  return (
    <Page
      title={otherSide(recording, t('calls.hidden'))}
      hint={[
        format.moment(recording.started_at),
        recording.duration_s === null ? null : clock(recording.duration_s),
        recording.queue,
        recording.agents.map(({ name }) => name).join(', '),
      ]
        .filter(Boolean)
        .join(' · ')}
      actions={
        <>
          {call_id !== null && (
            <Button
              variant="default"
              leftSection={<IconPhone size={16} />}
              renderRoot={(props) => <Link {...props} to="/calls/$callId" params={{ callId: call_id }} />}
            >
              {t('recordings.call.whole')}
            </Button>
          )}
          <RecordingActions
            recording={recording}
            onAttach={() => setAttaching(true)}
            onRemoved={() => void navigate({ to: '/recordings', replace: true })}
          />
        </>
      }
    >
      <RecordingSheet id={recording.id} at={at}>
        {call_id !== null && <OfCall id={call_id} />}
      </RecordingSheet>
      <AttachDialog recording={attaching ? recording : null} onClose={() => setAttaching(false)} />
    </Page>
  );
}

function OfCall({ id }: { id: string }) {
  const { data: call, error, refetch } = useQuery(callQuery(id));
  if (call) return <CallAside call={call} />;
  return <Surface>{error ? <Failed error={error} onRetry={() => void refetch()} /> : <Loading lines={5} />}</Surface>;
}
