import { expect, it } from 'vitest';
import { choices } from './search';

const anna = { id: 1, name: 'Anna', former: false };
const ben = { id: 2, name: 'Ben', former: true };

it('offers who has left in a group behind the others, if there is anybody', () => {
  expect(choices([ben, anna], 'Former')).toEqual([
    { value: '1', label: 'Anna' },
    { group: 'Former', items: [{ value: '2', label: 'Ben' }] },
  ]);
  expect(choices([anna], 'Former')).toEqual([{ value: '1', label: 'Anna' }]);
  expect(choices(undefined, 'Former')).toEqual([]);
});
