import { Alert, Text } from '@mantine/core';
import { IconArrowForwardUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { secondsSince, usePbxNow } from '@/shared/time/clock';
import { clock, useFormats } from '@/shared/time/format';
import { NoteText } from '@/shared/ui/NoteText';
import classes from './CardFacts.module.css';
import type { Card } from './desk';

/** How the call came here: by which queue and number, how long they waited. */
export function CardFacts({ card }: { card: Card }) {
  const { t } = useTranslation();
  const format = useFormats();
  const now = usePbxNow();
  // While it rings the caller still waits; after that it is what it was.
  const ringing = card.state === 'ringing' && card.direction === 'in';
  const waited = card.waited_s + (ringing ? secondsSince(card.ring_started_at, now) : 0);
  return (
    <dl className={classes.facts}>
      {card.queue && <Fact label={t('card.queue')} value={card.queue} />}
      {card.did && <Fact label={t(card.direction === 'out' ? 'card.shownNumber' : 'card.did')} value={card.did_pretty ?? card.did} />}
      {card.direction === 'in' && <Fact label={t('card.waited')} value={clock(waited)} />}
      <Fact label={t('card.began')} value={format.time(card.call_started_at)} />
    </dl>
  );
}

function Fact({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt className={classes.label}>{label}</dt>
      <dd className={classes.value}>{value}</dd>
    </div>
  );
}

/** Who sent the call here and why, with what they wrote. */
export function CardHandover({ card, me }: { card: Card; me: number }) {
  const { t } = useTranslation();
  const notes = card.notes.filter((note) => note.author?.id !== me);
  if (!card.sent_by && notes.length === 0) return null;
  return (
    <div className={classes.handover}>
      {card.sent_by && (
        <Alert color="accent" icon={<IconArrowForwardUp size={18} />} title={t('card.sentBy', { who: card.sent_by.agent.name })} py="xs">
          <Text size="sm">{card.sent_by.reason ?? t('card.noReason')}</Text>
        </Alert>
      )}
      {notes.map((note) => (
        <NoteText key={note.id} note={note} />
      ))}
    </div>
  );
}
