import { describe, expect, it } from 'vitest';
import type { LiveEvent, Snapshot } from './events';
import { Feed } from './feed';

const snapshot = { v: 1, at: '2026-11-21T12:00:00Z', presence: null, cards: [], link: 'up' } as Snapshot;
const event: LiveEvent = { name: 'callbacks', data: { v: 1 } };

function feed() {
  const applied: string[] = [];
  const asked: { answer: (s: Snapshot) => void; fail: (e: Error) => void }[] = [];
  let failures = 0;
  const under = new Feed(
    () => new Promise((answer, fail) => asked.push({ answer, fail })),
    (e, again) => applied.push(e.name + (again ? ' again' : '')),
    () => failures++,
  );
  return { under, applied, asked, failures: () => failures };
}

describe('the feed', () => {
  it('applies what arrives before the snapshot at once, and once more behind it', async () => {
    const { under, applied, asked } = feed();
    const connected = under.connected();
    under.heard(event);
    expect(applied).toEqual(['callbacks']);
    asked[0]?.answer(snapshot);
    await connected;
    expect(applied).toEqual(['callbacks', 'snapshot', 'callbacks again']);
    under.heard(event);
    expect(applied.at(-1)).toBe('callbacks');
  });

  it('leaves a snapshot out that belongs to a connection before', async () => {
    const { under, applied, asked } = feed();
    const first = under.connected();
    under.disconnected();
    const second = under.connected();
    asked[0]?.answer(snapshot);
    await first;
    expect(applied).toEqual([]);
    asked[1]?.answer(snapshot);
    await second;
    expect(applied).toEqual(['snapshot']);
  });

  it('says when the snapshot did not come, unless the connection is gone anyway', async () => {
    const { under, asked, failures } = feed();
    const first = under.connected();
    asked[0]?.fail(new Error('timeout'));
    await first;
    expect(failures()).toBe(1);
    const second = under.connected();
    under.disconnected();
    asked[1]?.fail(new Error('timeout'));
    await second;
    expect(failures()).toBe(1);
  });
});
