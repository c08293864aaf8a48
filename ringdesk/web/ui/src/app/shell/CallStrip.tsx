import { Link, useRouterState } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { cardName } from '@/features/cards/CardIdentity';
import { cardTone } from '@/features/cards/CardState';
import { useDesk } from '@/features/cards/useDesk';
import { PausedMark } from '@/features/recordings/PauseButton';
import { RunningTime } from '@/shared/time/RunningTime';
import classes from './CallStrip.module.css';

/** The running call, on every page but the desk itself: who, what, how long, and the way to the card. */
export function CallStrip() {
  const { t } = useTranslation();
  const { cards } = useDesk();
  const onDesk = useRouterState({ select: (state) => state.location.pathname === '/' });
  const running = cards.filter((c) => !c.over);
  if (onDesk || running.length === 0) return null;
  return (
    <>
      {running.map((entry) => {
        const { card } = entry;
        return (
          <Link
            key={card.call_id}
            to="/"
            className={classes.strip}
            data-tone={cardTone(entry)}
            data-ringing={card.state === 'ringing' || undefined}
          >
            <span className={classes.dot} aria-hidden />
            <span className={classes.name}>{cardName(card, t)}</span>
            <span className={classes.more}>
              {t(`card.state.${card.state}`)} · <RunningTime since={card.answered_at ?? card.ring_started_at} />
            </span>
            {(card.state === 'talking' || card.state === 'held') && <PausedMark callId={card.call_id} />}
            <span className={classes.open}>{t('card.open')}</span>
          </Link>
        );
      })}
    </>
  );
}
