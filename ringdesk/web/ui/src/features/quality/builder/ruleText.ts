import { useTranslation } from 'react-i18next';
import { isMeasure, type RuleDraft, UNIT } from './draft';

/** A rule in a line, as it stands beside the closed question. */
export function useRuleText(): (rule: RuleDraft) => string {
  const { t } = useTranslation();
  return (rule) => {
    if (rule.kind === 'says') {
      const words = rule.phrases.slice(0, 2).map((phrase) => t('quality.said', { words: phrase }));
      const more = rule.phrases.length - words.length;
      const parts = [t(`scorecards.short.${rule.who}.${rule.never ? 'never' : 'says'}`, { words: words.join(', ') || '…' })];
      if (more > 0) parts.push(t('scorecards.short.more', { count: more }));
      if (rule.within_first !== '') parts.push(t('scorecards.short.first', { seconds: rule.within_first }));
      if (rule.within_last !== '') parts.push(t('scorecards.short.last', { seconds: rule.within_last }));
      if (rule.after.length > 0) parts.push(t('scorecards.short.after', { words: t('quality.said', { words: rule.after[0] ?? '' }) }));
      return parts.join(' ');
    }
    if (!isMeasure(rule.kind)) return t(`scorecards.kind.${rule.kind}`);
    const name = t(`scorecards.kind.${rule.kind}`);
    const unit = t(`scorecards.unit.${UNIT[rule.kind]}`);
    if (rule.least !== '' && rule.most !== '') return t('scorecards.short.between', { name, least: rule.least, most: rule.most, unit });
    if (rule.least !== '') return t('scorecards.short.least', { name, least: rule.least, unit });
    if (rule.most !== '') return t('scorecards.short.most', { name, most: rule.most, unit });
    return name;
  };
}
