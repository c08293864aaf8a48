import type { Schemas } from '@/shared/api/client';
import { isProblem } from '@/shared/api/problem';
import type { Definition, Rule, Scorecard } from '../api/scorecards';

export type Kind = Rule['kind'];
export type Direction = Definition['directions'][number];
/** What a field for a number holds while somebody types. */
type Figure = number | '';

export const MEASURES = [
  'talk_share',
  'longest_silence',
  'interruptions',
  'words_per_minute',
  'hold_time',
  'wait_time',
  'politeness',
] as const satisfies Kind[];
export type MeasureKind = (typeof MEASURES)[number];

/** What each is measured in; the names are in the catalogue under `scorecards.unit`. */
export const UNIT: Record<MeasureKind, 'percent' | 'seconds' | 'times' | 'wordsPerMinute' | 'perHundred'> = {
  talk_share: 'percent',
  longest_silence: 'seconds',
  interruptions: 'times',
  words_per_minute: 'wordsPerMinute',
  hold_time: 'seconds',
  wait_time: 'seconds',
  politeness: 'perHundred',
};

export function isMeasure(kind: Kind): kind is MeasureKind {
  return (MEASURES as readonly Kind[]).includes(kind);
}

/** Everything that a rule of any kind may need, so that changing the kind and back loses nothing. */
export interface RuleDraft {
  kind: Kind;
  who: 'agent' | 'customer';
  phrases: string[];
  never: boolean;
  within_first: Figure;
  within_last: Figure;
  after: string[];
  after_seconds: Figure;
  least: Figure;
  most: Figure;
}

export interface QuestionDraft {
  id: string;
  text: string;
  weight: Figure;
  auto_fail: boolean;
  allow_na: boolean;
  rule: RuleDraft;
}

export interface SectionDraft {
  /** Of the page alone: what React tells sections apart by. */
  key: string;
  title: string;
  questions: QuestionDraft[];
}

export interface CardDraft {
  name: string;
  queues: string[];
  directions: Direction[];
  language: string;
  pass_mark: Figure;
  /** In percent; 0 to 1 in the API. */
  least_confidence: Figure;
  active: boolean;
  sections: SectionDraft[];
}

const BLANK_RULE: RuleDraft = {
  kind: 'says',
  who: 'agent',
  phrases: [],
  never: false,
  within_first: '',
  within_last: '',
  after: [],
  after_seconds: 10,
  least: '',
  most: '',
};

/** Ids are made here and stay when the wording changes: results are compared by them. */
function newId(): string {
  return `q-${Math.random().toString(36).slice(2, 10).padEnd(8, '0')}`;
}

export function newQuestion(): QuestionDraft {
  return { id: newId(), text: '', weight: 1, auto_fail: false, allow_na: true, rule: { ...BLANK_RULE } };
}

export function newSection(): SectionDraft {
  return { key: newId(), title: '', questions: [newQuestion()] };
}

export function emptyCard(): CardDraft {
  return {
    name: '',
    queues: [],
    directions: [],
    language: '',
    pass_mark: 70,
    least_confidence: 60,
    active: true,
    sections: [newSection()],
  };
}

export function toDraft(definition: Definition, active: boolean): CardDraft {
  return {
    name: definition.name,
    queues: definition.queues,
    directions: definition.directions,
    language: definition.language ?? '',
    pass_mark: definition.pass_mark,
    least_confidence: Math.round(definition.least_confidence * 100),
    active,
    sections: definition.sections.map((section) => ({
      key: newId(),
      title: section.title,
      questions: section.questions.map(({ rule, ...question }) => ({ ...question, rule: toRuleDraft(rule) })),
    })),
  };
}

export function draftOf(card: Scorecard): CardDraft {
  return toDraft(card.definition, card.active);
}

function toRuleDraft(rule: Rule): RuleDraft {
  const set = Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== null));
  return { ...BLANK_RULE, ...set };
}

export function toDefinition(draft: CardDraft): Schemas['Definition-Input'] {
  return {
    name: draft.name.trim(),
    queues: draft.queues,
    directions: draft.directions,
    language: draft.language || null,
    pass_mark: Number(draft.pass_mark),
    least_confidence: Number(draft.least_confidence) / 100,
    sections: draft.sections.map((section) => ({
      title: section.title.trim(),
      questions: section.questions.map(({ id, text, weight, auto_fail, allow_na, rule }) => ({
        id,
        text: text.trim(),
        weight: Number(weight),
        auto_fail,
        allow_na,
        rule: toRule(rule),
      })),
    })),
  };
}

function toRule(draft: RuleDraft): Rule {
  const { kind } = draft;
  const optional = (figure: Figure) => (figure === '' ? null : figure);
  if (isMeasure(kind)) return { kind, least: optional(draft.least), most: optional(draft.most) };
  if (kind !== 'says') return { kind };
  return {
    kind,
    who: draft.who,
    phrases: draft.phrases,
    never: draft.never,
    within_first: optional(draft.within_first),
    within_last: optional(draft.within_last),
    after: draft.after,
    after_seconds: Number(draft.after_seconds),
  };
}

/** What part of 100 a question is worth where all apply. */
export function share(draft: Pick<CardDraft, 'sections'>, weight: Figure): number {
  const all = draft.sections.flatMap((section) => section.questions).reduce((sum, question) => sum + Number(question.weight), 0);
  return all > 0 ? (100 * Number(weight)) / all : 0;
}

/** One place up (-1) or down (1) in a list; what would leave it stays. */
export function moved<T>(list: T[], from: number, by: -1 | 1): T[] {
  const to = from + by;
  const item = list[from];
  if (item === undefined || to < 0 || to >= list.length) return list;
  const rest = list.filter((_, i) => i !== from);
  return [...rest.slice(0, to), item, ...rest.slice(to)];
}

/** A question one place up or down; over the edge of its section into the next one, which must not leave its own without any. */
export function movedQuestion(sections: SectionDraft[], s: number, q: number, by: -1 | 1): SectionDraft[] {
  const here = sections[s];
  const question = here?.questions[q];
  if (!here || !question) return sections;
  const inside = moved(here.questions, q, by);
  if (inside !== here.questions) return sections.map((section, i) => (i === s ? { ...section, questions: inside } : section));
  const next = sections[s + by];
  if (!next || here.questions.length === 1) return sections;
  return sections.map((section, i) => {
    if (i === s) return { ...section, questions: section.questions.filter((one) => one !== question) };
    if (i !== s + by) return section;
    return { ...section, questions: by < 0 ? [...section.questions, question] : [question, ...section.questions] };
  });
}

const PART =
  /^definition\.|\.rule\.(?:person|says|wrap_up|talk_share|longest_silence|interruptions|words_per_minute|hold_time|wait_time|politeness)(?=\.|$)/g;

/** The server's sentences by the field they are about, as the form names it; null where they are about no field. */
export function fieldErrors(error: unknown): Record<string, string> | null {
  if (!isProblem(error) || error.fields.length === 0) return null;
  const found: Record<string, string> = {};
  for (const { field, message } of error.fields) {
    const path = field.replace(PART, (part) => (part === 'definition.' ? '' : '.rule'));
    const place = path
      .replace(/\.rule\.(phrases|after)\.\d+$/, '.rule.$1') // one tag of several has no place of its own
      .replace(/\.rule$/, '.rule.kind');
    if (place === 'definition' || place === '') return null;
    found[place] = sentence(message);
  }
  return found;
}

/** What the server says about the card as a whole; null where it says nothing. */
export function wholeMistake(error: unknown): string | null {
  if (!isProblem(error) || error.fields.length === 0) return null;
  return error.fields.map(({ message }) => sentence(message)).join('. ');
}

/** As people write it: pydantic begins with what kind of error it is, and small. */
export function sentence(message: string): string {
  const said = message.replace(/^(Value|Assertion) error, /, '');
  return said.charAt(0).toLocaleUpperCase() + said.slice(1);
}
