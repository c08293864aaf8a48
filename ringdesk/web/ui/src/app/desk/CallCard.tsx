import { Button, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useChooseCustomer } from '@/features/calls/api/choose-customer';
import { NoteBox } from '@/features/calls/NoteBox';
import { CardChooser } from '@/features/cards/CardChooser';
import { CardFacts, CardHandover } from '@/features/cards/CardFacts';
import { CardIdentity } from '@/features/cards/CardIdentity';
import { CardState } from '@/features/cards/CardState';
import type { DeskCard, Presence } from '@/features/cards/desk';
import { Tags } from '@/features/customers/Tags';
import { Timeline } from '@/features/customers/Timeline';
import { DispositionChoice } from '@/features/dispositions/DispositionChoice';
import { useMay, useMe } from '@/features/session/rights';
import { isBusy, useShortcut } from '@/shared/keys/shortcuts';
import { useTellProblem } from '@/shared/ui/problems';
import { refreshLive } from '../live/useLive';
import classes from './CallCard.module.css';
import { CardActions } from './CardActions';
import { Identify } from './Identify';

interface Props {
  entry: DeskCard;
  presence: Presence | null;
}

/** The card: who is calling, everything about them, and everything one can do. */
export function CallCard({ entry, presence }: Props) {
  const { t } = useTranslation();
  const me = useMe();
  const title = useRef<HTMLHeadingElement>(null);
  const note = useRef<HTMLTextAreaElement>(null);
  const { card } = entry;
  const may = useMay();
  const [asking, ask] = useDisclosure(false);
  const identifiable = !card.caller.hidden && !card.restricted && card.direction !== 'internal' && may('customers.read');
  const own = card.notes.find((n) => n.author?.id === me.id);
  // A card that comes up takes the keyboard, unless somebody is in the middle of something.
  useEffect(() => {
    if (!isBusy()) title.current?.focus({ preventScroll: true });
  }, []);
  useShortcut('card', () => title.current?.focus());
  useShortcut('customer', ask.open, identifiable);
  useShortcut('note', () => note.current?.focus());
  return (
    <article className={classes.card} aria-label={t('card.label')}>
      <CardState entry={entry} presence={presence} />
      <div className={classes.body}>
        <div className={classes.main}>
          <CardIdentity
            card={card}
            titleRef={title}
            badges={card.customer && <KnownAs customer={card.customer} onOther={identifiable ? ask.open : undefined} />}
          />
          <CardHandover card={card} me={me.id} />
          <CardFacts card={card} />
          <CardActions entry={entry} presence={presence} />
          {identifiable && <Who entry={entry} asking={asking} onAsk={ask.open} onDone={ask.close} />}
          {card.customer?.notes && (
            <div className={classes.pinned}>
              <Text size="xs" fw={600} mb={2}>
                {t('card.customerNotes')}
              </Text>
              <Text size="sm" className={classes.text}>
                {card.customer.notes}
              </Text>
            </div>
          )}
          {card.answered_at !== null && <DispositionChoice callId={card.call_id} queues={card.queue ? [card.queue] : []} />}
          <NoteBox userId={me.id} callId={card.call_id} written={{ text: own?.body ?? '', at: own?.updated_at ?? null }} inputRef={note} />
        </div>
        <History entry={entry} />
      </div>
    </article>
  );
}

function KnownAs({ customer, onOther }: { customer: NonNullable<DeskCard['card']['customer']>; onOther: (() => void) | undefined }) {
  const { t } = useTranslation();
  return (
    <>
      <Tags tags={customer.tags} />
      {onOther && (
        <Button variant="subtle" size="compact-xs" color="gray" fw={500} onClick={onOther}>
          {t('card.somebodyElse')}
        </Button>
      )}
    </>
  );
}

interface WhoProps {
  entry: DeskCard;
  /** Somebody said that it is somebody else. */
  asking: boolean;
  onAsk: () => void;
  onDone: () => void;
}

/** The chooser, or the form for somebody unknown; nothing where it is clear who calls. */
function Who({ entry, asking, onAsk, onDone }: WhoProps) {
  const tell = useTellProblem();
  const { card, over } = entry;
  const choose = useChooseCustomer(card.call_id);
  if (asking) return <Identify entry={entry} onDone={onDone} onCancel={onDone} />;
  if (card.candidates.length > 0) {
    const pick = (id: number) => choose.mutate(id, { onError: tell, onSuccess: () => over && refreshLive() });
    return <CardChooser card={card} working={choose.isPending ? (choose.variables ?? null) : null} onChoose={pick} onOther={onAsk} />;
  }
  if (!card.looked_up) return null;
  return card.customer ? null : <Identify entry={entry} onDone={onDone} />;
}

function History({ entry: { card } }: { entry: DeskCard }) {
  const { t } = useTranslation();
  const id = card.customer?.id;
  return (
    <aside className={classes.history} aria-labelledby={`history-${card.call_id}`}>
      <h2 id={`history-${card.call_id}`} className={classes.heading}>
        {t('card.history')}
      </h2>
      <div className={classes.scroll}>
        {card.history.length === 0 ? (
          <Text size="sm" c="dimmed">
            {t(card.customer ? 'card.noHistory' : card.caller.hidden ? 'card.noHistoryHidden' : 'card.noHistoryUnknown')}
          </Text>
        ) : (
          <Stack gap="sm">
            <Timeline items={card.history} />
            {id !== undefined && (
              <Text size="sm">
                <Link to="/customers/$customerId" params={{ customerId: id }} className={classes.all}>
                  {t('card.wholeHistory')}
                </Link>
              </Text>
            )}
          </Stack>
        )}
      </div>
    </aside>
  );
}
