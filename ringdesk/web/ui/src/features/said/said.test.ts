import { describe, expect, it } from 'vitest';
import { parseSaidSearch, toSaidFilter } from './search';

describe('the search in the address', () => {
  it('comes back as it was', () => {
    const search = { q: 'cancel contract', match: 'near', within: 5, speaker: 'customer', queue: 'sales', agent: 3, period: 'week' };
    expect(parseSaidSearch(search)).toEqual(search);
  });

  it('leaves out what makes no sense, and what is meant without', () => {
    expect(parseSaidSearch({ q: '  ', match: 'all', within: 51, speaker: 'nobody', agent: -1, queue: {} })).toEqual({});
    expect(parseSaidSearch({ q: 24 })).toEqual({ q: '24' });
  });

  it('asks for nothing without a word', () => {
    expect(toSaidFilter({ speaker: 'agent' })).toBeNull();
    expect(toSaidFilter({ q: ' ' })).toBeNull();
  });

  it('sends the distance only where it is meant', () => {
    expect(toSaidFilter({ q: ' a b ', match: 'near', within: 3 })).toMatchObject({ q: 'a b', match: 'near', within: 3 });
    expect(toSaidFilter({ q: 'a b', match: 'phrase', within: 3 })?.within).toBeUndefined();
  });
});
