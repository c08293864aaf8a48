import { Button, Kbd, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useShortcut } from '@/shared/keys/shortcuts';
import { useFormats } from '@/shared/time/format';
import { Initials } from '@/shared/ui/Person';
import classes from './CardChooser.module.css';
import type { Card } from './desk';

interface Props {
  card: Card;
  working: number | null;
  onChoose: (customerId: number) => void;
  /** It is none of them. */
  onOther: () => void;
}

/** Several customers have this number: who is it? The keys 1 to 9 answer as well. */
export function CardChooser({ card, working, onChoose, onOther }: Props) {
  const { t } = useTranslation();
  const format = useFormats();
  useShortcut('choose', (key) => {
    const chosen = card.candidates[Number(key) - 1];
    if (chosen) onChoose(chosen.id);
  });
  return (
    <section className={classes.chooser} aria-labelledby={`choose-${card.call_id}`}>
      <h2 id={`choose-${card.call_id}`} className={classes.title}>
        {t('card.chooser.title', { count: card.candidates.length })}
      </h2>
      <div className={classes.options}>
        {card.candidates.map((candidate, i) => (
          <button
            key={candidate.id}
            type="button"
            className={classes.option}
            disabled={working !== null}
            aria-busy={working === candidate.id}
            onClick={() => onChoose(candidate.id)}
          >
            <Initials name={candidate.name} company={candidate.kind === 'company'} size={34} />
            <span className={classes.text}>
              <span className={classes.name}>{candidate.name}</span>
              <Text size="xs" c="dimmed" component="span" display="block">
                {[
                  candidate.company,
                  candidate.language && format.language(candidate.language),
                  candidate.owner && t('card.chooser.owner', { who: candidate.owner.name }),
                ]
                  .filter(Boolean)
                  .join(' · ') || t(`customers.kind.${candidate.kind}`)}
              </Text>
            </span>
            {i < 9 && <Kbd size="xs">{i + 1}</Kbd>}
          </button>
        ))}
      </div>
      <Button variant="subtle" size="compact-sm" onClick={onOther}>
        {t('card.chooser.other')}
      </Button>
    </section>
  );
}
