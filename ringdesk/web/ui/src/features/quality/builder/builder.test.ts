import { describe, expect, it } from 'vitest';
import { Problem } from '@/shared/api/problem';
import type { Definition, Rule } from '../api/scorecards';
import { changes } from './changes';
import { check } from './check';
import {
  emptyCard,
  fieldErrors,
  moved,
  movedQuestion,
  newQuestion,
  type SectionDraft,
  share,
  toDefinition,
  toDraft,
  wholeMistake,
} from './draft';

const says: Rule = {
  kind: 'says',
  who: 'agent',
  phrases: ['good morning'],
  never: false,
  within_first: 15,
  within_last: null,
  after: ['hello'],
  after_seconds: 5,
};
const question = (id: string, rule: Rule = says) => ({ id, text: `Is ${id} so?`, weight: 2, auto_fail: false, allow_na: true, rule });
const card: Definition = {
  name: 'Support',
  queues: ['support'],
  directions: ['in'],
  language: 'en',
  pass_mark: 70,
  least_confidence: 0.6,
  sections: [
    { title: 'Greeting', questions: [question('a'), question('b', { kind: 'talk_share', least: 30, most: null })] },
    { title: 'End', questions: [question('c', { kind: 'person' }), question('d', { kind: 'wrap_up' })] },
  ],
};

describe('a scorecard in the form', () => {
  it('comes back as it was', () => expect(toDefinition(toDraft(card, true))).toEqual(card));

  it('sends only what its kind of rule knows', () => {
    const draft = toDraft(card, true);
    const first = draft.sections[0]?.questions[0];
    if (first) first.rule.kind = 'longest_silence';
    if (first) first.rule.most = 20;
    expect(toDefinition(draft).sections[0]?.questions[0]?.rule).toEqual({ kind: 'longest_silence', least: null, most: 20 });
  });

  it('shares 100 points among the weights', () => {
    expect(share(toDraft(card, true), 2)).toBe(25);
    expect(share({ sections: [] }, 2)).toBe(0);
    expect(share(toDraft(card, true), '')).toBe(0);
  });

  it('gives every new question an id that the server takes, and another one each', () => {
    const ids = Array.from({ length: 50 }, () => newQuestion().id);
    expect(new Set(ids).size).toBe(50);
    for (const id of ids) expect(id).toMatch(/^[a-z0-9][a-z0-9_-]{0,63}$/);
  });
});

describe('moving', () => {
  const sections = toDraft(card, true).sections;
  const ids = (of: SectionDraft[]) => of.map((section) => section.questions.map((q) => q.id).join(''));

  it('stays within the list', () => {
    expect(moved([1, 2, 3], 0, 1)).toEqual([2, 1, 3]);
    expect(moved([1, 2, 3], 0, -1)).toEqual([1, 2, 3]);
    expect(moved([1, 2, 3], 2, 1)).toEqual([1, 2, 3]);
  });

  it('carries a question over the edge of its section', () => {
    expect(ids(movedQuestion(sections, 0, 0, 1))).toEqual(['ba', 'cd']);
    expect(ids(movedQuestion(sections, 0, 1, 1))).toEqual(['a', 'bcd']);
    expect(ids(movedQuestion(sections, 1, 0, -1))).toEqual(['abc', 'd']);
    expect(ids(movedQuestion(sections, 0, 0, -1))).toEqual(['ab', 'cd']);
  });

  it('leaves no section without a question', () => {
    const lonely = movedQuestion(sections, 0, 1, 1);
    expect(ids(movedQuestion(lonely, 0, 0, 1))).toEqual(['a', 'bcd']);
  });
});

describe('what is missing', () => {
  it('is told by the field', () => {
    const draft = emptyCard();
    draft.pass_mark = '';
    expect(check(draft)).toEqual({
      name: 'name',
      pass_mark: 'percent',
      'sections.0.title': 'title',
      'sections.0.questions.0.text': 'text',
      'sections.0.questions.0.rule.phrases': 'phrases',
    });
  });

  it('is nothing in a whole card', () => expect(check(toDraft(card, true))).toEqual({}));

  it('sees bounds that cannot be', () => {
    const draft = toDraft(card, true);
    const rule = draft.sections[0]?.questions[1]?.rule;
    if (rule) rule.most = 10;
    expect(check(draft)).toEqual({ 'sections.0.questions.1.rule.most': 'bounds' });
  });
});

describe('what the server says', () => {
  const problem = (field: string, message: string) => new Problem('invalid_request', 422, '', {}, [{ field, message }]);

  it.each([
    ['definition.sections.0.questions.1.text', 'sections.0.questions.1.text'],
    ['definition.sections.0.questions.1.rule.says.phrases.3', 'sections.0.questions.1.rule.phrases'],
    ['definition.sections.0.questions.1.rule.talk_share', 'sections.0.questions.1.rule.kind'],
    ['definition.sections.0.questions.1.rule.talk_share.least', 'sections.0.questions.1.rule.least'],
    ['definition.name', 'name'],
  ])('about %s stands beside %s', (field, place) => {
    expect(fieldErrors(problem(field, 'Value error, give the least'))).toEqual({ [place]: 'Give the least' });
  });

  it('about the whole card stands above it', () => {
    const whole = problem('definition', 'Value error, two questions have the same id');
    expect(fieldErrors(whole)).toBeNull();
    expect(wholeMistake(whole)).toBe('Two questions have the same id');
  });
});

describe('what a version changed', () => {
  it('is nothing where nothing did', () => expect(changes(card, structuredClone(card))).toEqual([]));

  it('is told question by question', () => {
    const after = structuredClone(card);
    const [first, second] = after.sections[0]?.questions ?? [];
    if (first) Object.assign(first, { text: 'Greeted?', weight: 5 });
    if (second) second.rule = { kind: 'person' };
    after.sections[1]?.questions.pop();
    after.sections[1]?.questions.push(question('e'));
    after.pass_mark = 80;
    expect(changes(card, after)).toEqual([
      { kind: 'pass_mark', from: 70, to: 80 },
      { kind: 'reworded', text: 'Greeted?' },
      { kind: 'weight', text: 'Greeted?', from: 2, to: 5 },
      { kind: 'rule', text: 'Is b so?' },
      { kind: 'added', text: 'Is e so?' },
      { kind: 'removed', text: 'Is d so?' },
    ]);
  });

  it('is an order where only that changed', () => {
    const after = structuredClone(card);
    after.sections[0]?.questions.reverse();
    expect(changes(card, after)).toEqual([{ kind: 'order' }]);
  });
});
