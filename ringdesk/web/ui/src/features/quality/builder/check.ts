import { type CardDraft, isMeasure, type QuestionDraft } from './draft';

/** What can be seen to be missing before the server is asked, by the field; the sentences are in the catalogue under `scorecards.wrong`. */
export type Wrong = 'name' | 'title' | 'text' | 'phrases' | 'bound' | 'bounds' | 'weight' | 'percent' | 'seconds';

export function check(draft: CardDraft): Record<string, Wrong> {
  const found: Record<string, Wrong> = {};
  if (!draft.name.trim()) found.name = 'name';
  if (draft.pass_mark === '') found.pass_mark = 'percent';
  if (draft.least_confidence === '') found.least_confidence = 'percent';
  draft.sections.forEach((section, s) => {
    if (!section.title.trim()) found[`sections.${s}.title`] = 'title';
    section.questions.forEach((question, q) => {
      for (const [field, wrong] of Object.entries(checkQuestion(question))) found[`sections.${s}.questions.${q}.${field}`] = wrong;
    });
  });
  return found;
}

function checkQuestion({ text, weight, rule }: QuestionDraft): Record<string, Wrong> {
  const found: Record<string, Wrong> = {};
  if (!text.trim()) found.text = 'text';
  if (weight === '' || weight < 1) found.weight = 'weight';
  if (rule.kind === 'says') {
    if (rule.phrases.length === 0) found['rule.phrases'] = 'phrases';
    if (rule.after.length > 0 && rule.after_seconds === '') found['rule.after_seconds'] = 'seconds';
  }
  if (isMeasure(rule.kind)) {
    if (rule.least === '' && rule.most === '') found['rule.least'] = 'bound';
    else if (rule.least !== '' && rule.most !== '' && rule.least > rule.most) found['rule.most'] = 'bounds';
  }
  return found;
}
