import { expect, it } from 'vitest';
import { sorted } from './sorting';

const rows = [
  { name: 'b', size: 2 },
  { name: 'a', size: null },
  { name: 'c', size: 10 },
];
const by = { name: (row: (typeof rows)[number]) => row.name, size: (row: (typeof rows)[number]) => row.size };
const order = (sort: string) =>
  sorted(rows, sort, by)
    .map((row) => row.name)
    .join('');

it('sorts by words and by numbers, both ways', () => {
  expect([order('name'), order('-name'), order('size'), order('-size')]).toEqual(['abc', 'cba', 'bca', 'cba']);
});

it('leaves the order as it came where it cannot be sorted by that', () => expect(order('nothing')).toBe('bac'));
