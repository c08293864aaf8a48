import { Anchor, Group, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { CallDetail } from '@/features/calls/api/call';
import { CallStory } from '@/features/calls/CallStory';
import { DialButton } from '@/features/calls/DialButton';
import { DispositionChoice } from '@/features/dispositions/DispositionChoice';
import { useMay, useMe } from '@/features/session/rights';
import { NoteText } from '@/shared/ui/NoteText';
import { Surface } from '@/shared/ui/Surface';

/** The call around a recording: who it was, what happened, what was noted. */
export function CallAside({ call }: { call: CallDetail }) {
  const { t } = useTranslation();
  const number = call.caller.pretty ?? call.caller.number;
  return (
    <>
      <Surface title={t('calls.caller')}>
        <Stack gap="xs">
          {call.customer && (
            <Anchor
              size="sm"
              fw={600}
              renderRoot={(props) => <Link {...props} to="/customers/$customerId" params={{ customerId: call.customer?.id }} />}
            >
              {call.customer.name}
            </Anchor>
          )}
          {number && !call.caller.hidden ? (
            <Group gap="xs">
              <Text size="sm">{number}</Text>
              <DialButton number={call.caller.e164 ?? number} pretty={number} customerId={call.customer?.id} />
            </Group>
          ) : (
            <Text size="sm">{t('calls.hidden')}</Text>
          )}
        </Stack>
      </Surface>
      <Surface title={t('recordings.call.story')}>
        <CallStory call={call} />
      </Surface>
      <About call={call} />
      <Surface title={t('calls.notes')}>
        {call.notes.length === 0 ? (
          <Text size="sm" c="dimmed">
            {t('calls.noNotes')}
          </Text>
        ) : (
          <Stack gap="xs">
            {call.notes.map((note) => (
              <NoteText key={note.id} note={note} />
            ))}
          </Stack>
        )}
      </Surface>
    </>
  );
}

/** Who talked in the call may say later, too, what it was about. */
function About({ call }: { call: CallDetail }) {
  const me = useMe();
  const may = useMay();
  if (!may('desk') || !call.conversations.some(({ agent }) => agent?.id === me.id)) return null;
  return (
    <Surface>
      <DispositionChoice callId={call.id} queues={[...new Set(call.queue_visits.map(({ queue }) => queue))]} />
    </Surface>
  );
}
