import { expect, it } from 'vitest';
import { latinKey } from './shortcuts';

it.each([
  ['n', 'KeyN', false, 'n'],
  ['N', 'KeyN', true, 'n'],
  ['т', 'KeyN', false, 'n'],
  ['?', 'Slash', true, '?'],
  [',', 'Slash', true, ','],
  ['٣', 'Digit3', false, '3'],
  ['х', 'BracketLeft', false, '['],
  ['Escape', 'Escape', false, 'Escape'],
  [' ', 'Space', false, 'space'],
  ['ArrowLeft', 'ArrowLeft', false, 'left'],
])('%s on %s is the shortcut %s', (key, code, shiftKey, meant) => expect(latinKey({ key, code, shiftKey })).toBe(meant));
