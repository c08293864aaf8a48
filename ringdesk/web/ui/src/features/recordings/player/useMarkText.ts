import { useTranslation } from 'react-i18next';
import { clock } from '@/shared/time/format';
import type { Mark } from '../api/recording';

/** What a mark says, in a line: when, what, who, and in which words. */
export function useMarkText(): (mark: Mark) => string {
  const { t } = useTranslation();
  return (mark) => {
    const time = mark.end !== null && mark.end > mark.start ? `${clock(mark.start)} – ${clock(mark.end)}` : clock(mark.start);
    const what = mark.by
      ? t('recordings.marks.by', { what: t(`recordings.marks.one.${mark.kind}`), who: mark.by.name })
      : t(`recordings.marks.one.${mark.kind}`);
    return [time, what, mark.text].filter(Boolean).join(' · ');
  };
}
