import { Alert, Button, Group, Text, Tooltip } from '@mantine/core';
import { IconArrowForwardUp, IconCheck, IconPhoneCall, IconPhoneOff, IconUser } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useHangUp } from '@/features/calls/api/hang-up';
import { useCancelTransfer } from '@/features/calls/api/transfer';
import { useDialNumber } from '@/features/calls/DialButton';
import { TransferDialog } from '@/features/calls/TransferDialog';
import type { DeskCard, Presence } from '@/features/cards/desk';
import { useDeskActions } from '@/features/cards/useDesk';
import { useEndWrapUp } from '@/features/presence/api/end-wrap-up';
import { PauseButton } from '@/features/recordings/PauseButton';
import { useShortcut } from '@/shared/keys/shortcuts';
import { useTellProblem } from '@/shared/ui/problems';
import { useConsultation } from './useConsultation';

interface Props {
  entry: DeskCard;
  presence: Presence | null;
}

/** What can be done with the call now, and nothing else. */
export function CardActions({ entry, presence }: Props) {
  const { card, over } = entry;
  return (
    <Group gap="xs">
      {over ? <Finish entry={entry} presence={presence} /> : <Running entry={entry} />}
      {over && !card.caller.hidden && <CallAgain entry={entry} />}
      {card.customer && <OpenCustomer id={card.customer.id} />}
    </Group>
  );
}

function Running({ entry: { card } }: { entry: DeskCard }) {
  const { t } = useTranslation();
  const tell = useTellProblem();
  const hangUp = useHangUp(card.call_id);
  const cancel = useCancelTransfer(card.call_id);
  const consultation = useConsultation(card);
  const [transferring, setTransferring] = useState(false);
  const talking = card.state !== 'ringing';
  const end = () => hangUp.mutate(undefined, { onError: tell });
  useShortcut('hangUp', end);
  useShortcut('transfer', () => setTransferring(true), talking);
  const declines = card.state === 'ringing' && card.direction === 'in';
  return (
    <>
      {consultation.who !== null && (
        <Alert color="accent" w="100%" py="xs" role="status">
          <Group justify="space-between" gap="xs">
            <Text size="sm">{t('card.consulting', { who: consultation.who })}</Text>
            <Button
              size="compact-sm"
              variant="default"
              loading={cancel.isPending}
              onClick={() => cancel.mutate(undefined, { onSuccess: consultation.end, onError: tell })}
            >
              {t('card.backToCustomer')}
            </Button>
          </Group>
        </Alert>
      )}
      <Key hint="x">
        <Button
          color="red"
          variant={declines ? 'light' : 'filled'}
          leftSection={<IconPhoneOff size={17} />}
          loading={hangUp.isPending}
          onClick={end}
        >
          {declines ? t('card.decline') : consultation.who === null ? t('card.hangUp') : t('card.completeTransfer')}
        </Button>
      </Key>
      {talking && (
        <Key hint="t">
          <Button variant="default" leftSection={<IconArrowForwardUp size={17} />} onClick={() => setTransferring(true)}>
            {t('card.transfer')}
          </Button>
        </Key>
      )}
      {talking && <PauseButton callId={card.call_id} />}
      <TransferDialog
        callId={card.call_id}
        opened={transferring}
        onClose={() => setTransferring(false)}
        onSent={(kind, who) => {
          setTransferring(false);
          if (kind === 'attended') consultation.begin(who);
        }}
      />
    </>
  );
}

/** The call is over: done with what is left to write. */
function Finish({ entry: { card }, presence }: Props) {
  const { t } = useTranslation();
  const tell = useTellProblem();
  const wrapUp = useEndWrapUp();
  const desk = useDeskActions();
  const inWrapUp = presence?.state === 'wrap_up' && presence.call_id === card.call_id;
  const done = () => {
    if (!inWrapUp) return desk.dismiss(card.call_id);
    wrapUp.mutate(undefined, {
      onSuccess: (now) => {
        desk.present(now);
        desk.dismiss(card.call_id);
      },
      onError: tell,
    });
  };
  useShortcut('done', done);
  return (
    <Key hint="d">
      <Button leftSection={<IconCheck size={17} />} loading={wrapUp.isPending} onClick={done}>
        {inWrapUp ? t('card.done') : t('card.close')}
      </Button>
    </Key>
  );
}

function CallAgain({ entry: { card } }: { entry: DeskCard }) {
  const { t } = useTranslation();
  const dial = useDialNumber();
  const number = card.caller.e164 ?? card.caller.number;
  const call = () => dial?.call(number, card.caller.pretty || number, card.customer?.id);
  const possible = dial !== null && number !== '';
  useShortcut('callAgain', call, possible);
  if (!possible) return null;
  return (
    <Key hint="r">
      <Button variant="default" leftSection={<IconPhoneCall size={17} />} loading={dial.working} onClick={call}>
        {t('card.callAgain')}
      </Button>
    </Key>
  );
}

function OpenCustomer({ id }: { id: number }) {
  const { t } = useTranslation();
  return (
    <Button
      variant="default"
      leftSection={<IconUser size={17} />}
      renderRoot={(props) => <Link {...props} to="/customers/$customerId" params={{ customerId: id }} />}
    >
      {t('card.openCustomer')}
    </Button>
  );
}

function Key({ hint, children }: { hint: string; children: ReactElement }) {
  const { t } = useTranslation();
  return <Tooltip label={t('keys.hint', { key: hint.toUpperCase() })}>{children}</Tooltip>;
}
