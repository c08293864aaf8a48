import { expect, it } from 'vitest';
import { targetRows } from './rows';

const house = { queue: '*', answer_within_s: 20, target: 0.8, short_abandon_s: 5, variant: 'offered' };

it('shows the house first and gives every queue what holds for it', () => {
  const own = { ...house, queue: 'sales', target: 0.9 };
  const rows = targetRows({ items: [own, house], queues: ['support', 'sales'] });
  expect(rows.map((row) => [row.queue, row.target, row.own])).toEqual([
    ['*', 0.8, true],
    ['sales', 0.9, true],
    ['support', 0.8, false],
  ]);
});

it('keeps a queue that the PBX has no more', () => {
  expect(targetRows({ items: [house, { ...house, queue: 'old' }], queues: [] }).map((row) => row.queue)).toEqual(['*', 'old']);
});
