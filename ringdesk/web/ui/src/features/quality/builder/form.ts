import type { UseFormReturnType } from '@mantine/form';
import type { CardDraft, QuestionDraft } from './draft';

export type Form = UseFormReturnType<CardDraft>;

/** The question that stands at a place of the form. */
export interface Place {
  form: Form;
  s: number;
  q: number;
  question: QuestionDraft;
}

export function pathOf({ s, q }: Pick<Place, 's' | 'q'>): string {
  return `sections.${s}.questions.${q}`;
}
