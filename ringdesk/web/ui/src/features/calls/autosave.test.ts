import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Problem } from '@/shared/api/problem';
import { Autosave, type Written } from './autosave';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function desk(initial: Written = { text: '', at: null }, kept: string | null = null) {
  const sent: string[] = [];
  const answers: ((outcome: Error | null) => void)[] = [];
  const draft = { value: kept };
  const note = new Autosave({
    initial,
    save: (text) => {
      sent.push(text);
      return new Promise((done, fail) => {
        answers.push((error) => (error ? fail(error) : done(`2026-11-21T12:00:0${sent.length}Z`)));
      });
    },
    draft: { read: () => draft.value, write: (text) => (draft.value = text), clear: () => (draft.value = null) },
  });
  const answer = async (error: Error | null = null) => {
    answers.shift()?.(error);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { note, sent, draft, answer };
}

const unreachable = new Problem('unreachable', 0, '');
const refused = new Problem('not_found', 404, '');

describe('a note', () => {
  it('is saved when one stops typing, and kept until then', async () => {
    const { note, sent, draft, answer } = desk();
    note.edit('He');
    note.edit('Hello');
    expect([note.read().state, draft.value, sent]).toEqual(['waiting', 'Hello', []]);
    await vi.advanceTimersByTimeAsync(600);
    expect([note.read().state, sent]).toEqual(['saving', ['Hello']]);
    await answer();
    expect([note.read().state, draft.value]).toEqual(['saved', null]);
  });

  it('is saved in the midst of long typing', async () => {
    const { note, sent } = desk();
    for (let i = 0; i < 10; i++) {
      note.edit('x'.repeat(i + 1));
      await vi.advanceTimersByTimeAsync(400);
    }
    expect(sent).toHaveLength(1);
  });

  it('saves one text after the other, never two at once, and ends with the newest', async () => {
    const { note, sent, answer } = desk();
    note.edit('one');
    await vi.advanceTimersByTimeAsync(600);
    note.edit('two');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(sent).toEqual(['one']);
    await answer();
    expect(note.read().text).toBe('two');
    await vi.advanceTimersByTimeAsync(600);
    await answer();
    expect([sent, note.read().state]).toEqual([['one', 'two'], 'saved']);
  });

  it('is sent again by itself when the server could not be reached', async () => {
    const { note, sent, draft, answer } = desk();
    note.edit('Hello');
    await vi.advanceTimersByTimeAsync(600);
    await answer(unreachable);
    expect([note.read().state, draft.value]).toEqual(['failed', 'Hello']);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(sent).toEqual(['Hello', 'Hello']);
    await answer();
    expect(note.read().state).toBe('saved');
  });

  it('that was refused waits for somebody to try again', async () => {
    const { note, sent, draft, answer } = desk();
    note.edit('Hello');
    await vi.advanceTimersByTimeAsync(600);
    await answer(refused);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([sent, note.read().state, draft.value]).toEqual([['Hello'], 'failed', 'Hello']);
    note.flush();
    expect(sent).toHaveLength(2);
  });

  it('survives a reload of the page before it was saved', async () => {
    const { note, sent } = desk({ text: 'He', at: '2026-11-21T12:00:00Z' }, 'Hello');
    expect(note.read().text).toBe('Hello');
    await vi.advanceTimersByTimeAsync(600);
    expect(sent).toEqual(['Hello']);
  });

  it('takes over what another tab wrote, but neither late news nor anything over unsaved words', async () => {
    const { note, answer } = desk({ text: 'one', at: '2026-11-21T12:00:00Z' });
    note.adopt({ text: 'two', at: '2026-11-21T12:00:00.5Z' });
    expect(note.read().text).toBe('two');
    note.adopt({ text: 'one', at: '2026-11-21T12:00:00Z' });
    expect(note.read().text).toBe('two');
    note.edit('mine');
    note.adopt({ text: 'theirs', at: '2026-11-21T12:01:00Z' });
    expect(note.read().text).toBe('mine');
    await vi.advanceTimersByTimeAsync(600);
    await answer();
    note.adopt({ text: 'two', at: '2026-11-21T12:00:00.9Z' });
    expect(note.read().text).toBe('mine');
  });
});
