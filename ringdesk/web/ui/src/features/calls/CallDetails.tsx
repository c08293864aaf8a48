import { Alert, Anchor, Group, Stack, Text, Title } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/shared/time/format';
import { NoteText } from '@/shared/ui/NoteText';
import { Failed, Loading } from '@/shared/ui/States';
import { type CallDetail, callQuery } from './api/call';
import { CallStory } from './CallStory';
import { DialButton } from './DialButton';
import { callerName, DirectionIcon, Outcome } from './facts';

/** Everything about one call. */
export function CallDetails({ id }: { id: string }) {
  const { data: call, error, refetch } = useQuery(callQuery(id));
  if (error) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!call) return <Loading lines={8} />;
  return <Details call={call} />;
}

function Details({ call }: { call: CallDetail }) {
  const { t } = useTranslation();
  const format = useFormats();
  const number = call.caller.pretty ?? call.caller.number;
  return (
    <Stack gap="lg">
      <div>
        <Group gap="xs" wrap="nowrap">
          <DirectionIcon direction={call.direction} size={20} />
          <Title order={2} fz="xl">
            {callerName(call, t('calls.hidden'))}
          </Title>
        </Group>
        <Group gap="sm" mt="xs">
          <Outcome outcome={call.outcome} />
          <Text size="sm" c="dimmed">
            {format.moment(call.started_at)}
          </Text>
        </Group>
      </div>
      <Group gap="xs">
        {number && !call.caller.hidden && (
          <>
            <Text size="sm" fw={550}>
              {number}
            </Text>
            <DialButton number={call.caller.e164 ?? number} pretty={number} customerId={call.customer?.id} />
          </>
        )}
        {call.customer && (
          <Anchor
            renderRoot={(props) => <Link {...props} to="/customers/$customerId" params={{ customerId: call.customer?.id }} />}
            size="sm"
            ml="auto"
          >
            {t('calls.openCustomer')}
          </Anchor>
        )}
      </Group>
      {call.gap && (
        <Alert color="yellow" icon={<IconPlugConnectedX size={18} />}>
          {t('calls.gap')}
        </Alert>
      )}
      <CallStory call={call} />
      <Stack gap="xs">
        <Title order={3}>{t('calls.notes')}</Title>
        {call.notes.length === 0 && (
          <Text size="sm" c="dimmed">
            {t('calls.noNotes')}
          </Text>
        )}
        {call.notes.map((note) => (
          <NoteText key={note.id} note={note} />
        ))}
      </Stack>
    </Stack>
  );
}
