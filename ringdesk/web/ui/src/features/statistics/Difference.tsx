import { Group } from '@mantine/core';
import { IconArrowDownRight, IconArrowRight, IconArrowUpRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ReportColumn } from './api/report';
import classes from './Difference.module.css';
import type { Values } from './values';

interface Props {
  column: Pick<ReportColumn, 'unit' | 'better'>;
  now: number | null;
  before: number | null;
  values: Values;
}

/** How a number changed against the period before: an arrow, how far, and in words whether that is good. */
export function Difference({ column, now, before, values }: Props) {
  const { t } = useTranslation();
  if (now === null || before === null) return null;
  const told = values.difference(now, before, column.unit);
  const change = now - before;
  if (told === null) return change > 0 ? <span className={classes.difference}>{t('statistics.change.new')}</span> : null;
  const Arrow = change === 0 ? IconArrowRight : change > 0 ? IconArrowUpRight : IconArrowDownRight;
  const good = change === 0 || column.better === null ? null : (column.better === 'up') === change > 0;
  const way = t(`statistics.change.${change === 0 ? 'same' : change > 0 ? 'up' : 'down'}`);
  const word = good === null ? way : `${way}, ${t(good ? 'statistics.change.good' : 'statistics.change.bad')}`;
  return (
    <Group component="span" gap={2} wrap="nowrap" className={classes.difference} data-good={good === null ? undefined : good}>
      <Arrow size={15} role="img" aria-label={word} />
      <span>{column.unit === 'share' ? t('statistics.change.points', { points: told }) : told}</span>
    </Group>
  );
}
