import { Badge, Group, Skeleton, Text, Title } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { type ReactNode, type Ref, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/shared/time/format';
import { Initials } from '@/shared/ui/Person';
import classes from './CardIdentity.module.css';
import type { Card } from './desk';

/** Who it is, in the fewest words: for titles, tabs and notifications. */
export function cardName(card: Card, t: TFunction): string {
  if (card.customer) return card.customer.name;
  if (card.caller.hidden) return t('card.hidden');
  if (card.restricted) return card.caller.pretty;
  return card.caller.name || card.caller.pretty || t('card.unknown');
}

interface Props {
  card: Card;
  titleRef?: Ref<HTMLHeadingElement>;
  /** Tags of the customer and the like. */
  badges?: ReactNode;
}

/** The heart of the card: the name large, the number, where it comes from. */
export function CardIdentity({ card, titleRef, badges }: Props) {
  const { t } = useTranslation();
  const format = useFormats();
  const id = useId();
  const name = cardName(card, t);
  const { caller, customer } = card;
  const number = caller.hidden ? null : caller.pretty || caller.number;
  return (
    <div className={classes.identity}>
      <Initials name={caller.hidden ? '' : name} company={customer?.kind === 'company'} size={60} />
      <div className={classes.text}>
        {!card.looked_up && !customer ? (
          <Skeleton height={36} width="60%" mb={8} aria-label={t('card.lookingUp')} />
        ) : (
          <Title order={1} id={id} ref={titleRef} tabIndex={-1} className={classes.name}>
            {name}
          </Title>
        )}
        <div className={classes.line}>
          {number && number !== name && <span className={classes.number}>{number}</span>}
          {caller.country && <span>{format.country(caller.country)}</span>}
          {customer?.company && <span>{customer.company}</span>}
          {customer?.language && <span>{t('card.speaks', { language: format.language(customer.language) })}</span>}
          {!customer && caller.name && caller.name !== name && <span>{caller.name}</span>}
        </div>
        <Group gap={6} mt={6}>
          {!customer &&
            card.looked_up &&
            !caller.hidden &&
            !card.restricted &&
            card.candidates.length === 0 &&
            card.direction !== 'internal' && <Badge>{t('card.notKnown')}</Badge>}
          {card.restricted && (
            <Badge leftSection={<IconLock size={12} />} color="gray">
              {t('card.restricted')}
            </Badge>
          )}
          {badges}
        </Group>
        {card.restricted && (
          <Text size="sm" c="dimmed" mt={4}>
            {t('card.restrictedHint')}
          </Text>
        )}
        {caller.hidden && (
          <Text size="sm" c="dimmed" mt={4}>
            {t('card.hiddenHint')}
          </Text>
        )}
      </div>
    </div>
  );
}
