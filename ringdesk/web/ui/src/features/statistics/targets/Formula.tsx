import { useTranslation } from 'react-i18next';
import type { Variant } from './api/save-target';
import classes from './Formula.module.css';

/** A variant of the service level as the fraction that it is. */
export function Formula({ variant }: { variant: Variant }) {
  const { t } = useTranslation();
  const over = t(`targets.variant.${variant}.over`);
  const under = t(`targets.variant.${variant}.under`);
  return (
    <span className={classes.formula} role="math" aria-label={t('targets.formula', { over, under })}>
      <span aria-hidden>{t('targets.serviceLevel')}</span>
      <span aria-hidden>{t('targets.equals')}</span>
      <span className={classes.fraction} aria-hidden>
        <span>{over}</span>
        <span className={classes.under}>{under}</span>
      </span>
    </span>
  );
}
