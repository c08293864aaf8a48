import { IconPhone, IconPhoneCall, IconPhoneOff, IconPlayerPause } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { RunningTime } from '@/shared/time/RunningTime';
import classes from './CardState.module.css';
import type { Card, DeskCard, Presence } from './desk';

const SIGN = { ringing: IconPhoneCall, talking: IconPhone, held: IconPlayerPause, ended: IconPhoneOff };

/** The colours of a card's state, as tokens.css names them. */
export function cardTone({ card, over }: DeskCard): string {
  if (over) return 'offline';
  return { ringing: 'ringing', talking: 'talking', held: 'paused', ended: 'offline' }[card.state];
}

interface Props {
  entry: DeskCard;
  presence: Presence | null;
}

/** What the call is doing, and the clock that belongs to it. */
export function CardState({ entry, presence }: Props) {
  const { t } = useTranslation();
  const { card, over } = entry;
  const state: Card['state'] = over ? 'ended' : card.state;
  const Sign = SIGN[state];
  const wrapUp = over && presence?.state === 'wrap_up' && presence.call_id === card.call_id ? presence : null;
  const word = state === 'ringing' && card.direction === 'out' ? t('card.state.dialling') : t(`card.state.${state}`);
  return (
    <div className={classes.state} data-tone={wrapUp ? 'wrap-up' : cardTone(entry)} data-ringing={state === 'ringing' || undefined}>
      <span className={classes.sign} aria-hidden>
        <Sign size={18} stroke={1.9} />
      </span>
      <span className={classes.word}>{wrapUp ? t('card.state.wrapUp') : word}</span>
      <span className={classes.clock}>
        {wrapUp?.until && <RunningTime until={wrapUp.until} />}
        {!over && <RunningTime since={(state === 'ringing' ? null : card.answered_at) ?? card.ring_started_at} />}
      </span>
    </div>
  );
}
