import { useTranslation } from 'react-i18next';
import { RunningTime } from '@/shared/time/RunningTime';
import { cardName } from './CardIdentity';
import classes from './CardTabs.module.css';
import type { DeskCard } from './desk';
import { cardTone } from './CardState';

interface Props {
  cards: DeskCard[];
  selected: string | null;
  onSelect: (callId: string) => void;
}

/** Several calls at once: one on the stage, the others a click or a key away. */
export function CardTabs({ cards, selected, onSelect }: Props) {
  const { t } = useTranslation();
  if (cards.length < 2) return null;
  return (
    <div role="tablist" aria-label={t('card.tabs')} className={classes.tabs}>
      {cards.map((entry) => {
        const { card } = entry;
        const current = card.call_id === selected;
        return (
          <button
            key={card.call_id}
            type="button"
            role="tab"
            aria-selected={current}
            className={classes.tab}
            data-tone={cardTone(entry)}
            data-ringing={card.state === 'ringing' || undefined}
            onClick={() => onSelect(card.call_id)}
          >
            <span className={classes.dot} aria-hidden />
            <span className={classes.name}>{cardName(card, t)}</span>
            <span className={classes.state}>
              {entry.over ? t('card.state.ended') : <RunningTime since={card.answered_at ?? card.ring_started_at} />}
            </span>
          </button>
        );
      })}
    </div>
  );
}
