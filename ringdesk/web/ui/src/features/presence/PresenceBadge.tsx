import { useTranslation } from 'react-i18next';
import { RunningTime } from '@/shared/time/RunningTime';
import classes from './PresenceBadge.module.css';
import { type Presence, tone } from './states';

interface Props {
  presence: Presence | null;
  /** Also since when. */
  clock?: boolean;
}

/** What somebody is doing: a dot, a word, and a clock. Never colour alone. */
export function PresenceBadge({ presence, clock }: Props) {
  const { t } = useTranslation();
  const state = presence?.state ?? 'offline';
  return (
    <span className={classes.badge} data-tone={tone(state)}>
      <span className={classes.dot} aria-hidden />
      <span className={classes.word}>
        {t(`presence.state.${state}`)}
        {presence?.reason && <span className={classes.reason}> · {presence.reason}</span>}
      </span>
      {clock &&
        presence &&
        (state === 'wrap_up' && presence.until ? <RunningTime until={presence.until} /> : <RunningTime since={presence.since} />)}
    </span>
  );
}
