import type { Definition, Question } from '../api/scorecards';

/** What one version changed against the one before it. */
export type Change =
  | { kind: 'added' | 'removed' | 'reworded' | 'rule'; text: string }
  | { kind: 'weight'; text: string; from: number; to: number }
  | { kind: 'auto_fail' | 'allow_na'; text: string; on: boolean }
  | { kind: 'pass_mark' | 'least_confidence'; from: number; to: number }
  | { kind: 'name' | 'scope' | 'sections' | 'order' };

export function changes(before: Definition, after: Definition): Change[] {
  const found: Change[] = [];
  if (before.name !== after.name) found.push({ kind: 'name' });
  if (!same([before.queues, before.directions, before.language], [after.queues, after.directions, after.language]))
    found.push({ kind: 'scope' });
  if (before.pass_mark !== after.pass_mark) found.push({ kind: 'pass_mark', from: before.pass_mark, to: after.pass_mark });
  if (before.least_confidence !== after.least_confidence)
    found.push({ kind: 'least_confidence', from: before.least_confidence, to: after.least_confidence });
  const old = questionsOf(before);
  const now = questionsOf(after);
  for (const question of now.values()) {
    const was = old.get(question.id);
    if (was) found.push(...questionChanges(was, question));
    else found.push({ kind: 'added', text: question.text });
  }
  for (const question of old.values()) if (!now.has(question.id)) found.push({ kind: 'removed', text: question.text });
  const titles = (definition: Definition) => definition.sections.map((section) => section.title);
  if (!same(titles(before), titles(after))) found.push({ kind: 'sections' });
  else if (found.length === 0 && !same(before, after)) found.push({ kind: 'order' });
  return found;
}

function questionChanges(was: Question, now: Question): Change[] {
  const { text } = now;
  const found: Change[] = [];
  if (was.text !== text) found.push({ kind: 'reworded', text });
  if (!same(was.rule, now.rule)) found.push({ kind: 'rule', text });
  if (was.weight !== now.weight) found.push({ kind: 'weight', text, from: was.weight, to: now.weight });
  if (was.auto_fail !== now.auto_fail) found.push({ kind: 'auto_fail', text, on: now.auto_fail });
  if (was.allow_na !== now.allow_na) found.push({ kind: 'allow_na', text, on: now.allow_na });
  return found;
}

function questionsOf(definition: Definition): Map<string, Question> {
  return new Map(definition.sections.flatMap((section) => section.questions.map((question) => [question.id, question])));
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
