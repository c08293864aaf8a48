import { useTranslation } from 'react-i18next';
import { useFormats } from '@/shared/time/format';
import type { Answer } from './api/scores';

/** The figure of a measured question with its unit; null where nothing was measured. */
export function useMeasured(): (answer: Pick<Answer, 'measured' | 'unit'>) => string | null {
  const { t } = useTranslation();
  const format = useFormats();
  return ({ measured, unit }) => {
    if (measured === null) return null;
    switch (unit) {
      case 's':
      case 'seconds':
        return format.duration(measured);
      case '%':
      case 'percent':
        return format.percent(measured / 100);
      case 'words/min':
      case 'words per minute':
        return t('quality.unit.wordsPerMinute', { value: format.tenths(measured) });
      default:
        return unit ? `${format.tenths(measured)} ${unit}` : format.tenths(measured);
    }
  };
}
