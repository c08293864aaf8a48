import { expect, it } from 'vitest';
import type { Tile } from './api/dashboards';
import { placed, widened, without } from './tiles';

const tiles: Tile[] = [
  { report_id: 1, width: 6 },
  { report_id: 2, width: 4 },
  { report_id: 3, width: 12 },
];
const ids = (found: Tile[]) => found.map((tile) => tile.report_id);

it('puts a tile elsewhere and lets the others close up', () => {
  expect(ids(placed(tiles, 0, 2))).toEqual([2, 3, 1]);
  expect(ids(placed(tiles, 2, 0))).toEqual([3, 1, 2]);
});

it('leaves them where there is no such place', () => {
  expect(placed(tiles, 0, -1)).toBe(tiles);
  expect(placed(tiles, 2, 3)).toBe(tiles);
});

it('takes one away, or makes it wider', () => {
  expect(ids(without(tiles, 1))).toEqual([1, 3]);
  expect(widened(tiles, 1, 8)[1]).toEqual({ report_id: 2, width: 8 });
});
