import { expect, it } from 'vitest';
import { moved, offered } from './offered';

const of = (id: number, name: string, more = {}) => ({ id, name, queue: '', position: 0, active: true, ...more });
const all = [
  of(1, 'Refund', { queue: 'support', position: 1 }),
  of(2, 'Order', { position: 2 }),
  of(3, 'Fault', { queue: 'support' }),
  of(4, 'Old', { active: false }),
  of(5, 'Other', { position: 1 }),
];
const names = (found: { name: string }[]) => found.map(({ name }) => name);

it('offers what holds for every call and for the queues of the call', () => {
  expect(names(offered(all, ['support'], null))).toEqual(['Other', 'Order', 'Fault', 'Refund']);
  expect(names(offered(all, [], null))).toEqual(['Other', 'Order']);
});

it('keeps what was chosen though it is not offered any more', () => expect(names(offered(all, [], 4))).toContain('Old'));

it('moves one within the list of its queue and numbers the places anew', () => {
  expect(moved(all, 1, -1).map(({ name, position }) => [name, position])).toEqual([
    ['Refund', 0],
    ['Fault', 1],
  ]);
  expect(moved(all, 3, -1)).toEqual([]);
  expect(moved(all, 2, 1)).toEqual([]);
});
