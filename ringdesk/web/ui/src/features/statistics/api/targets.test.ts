import { expect, it } from 'vitest';
import { promised } from './targets';

const target = (queue: string, share: number) => ({ queue, answer_within_s: 20, target: share, short_abandon_s: 5, variant: 'offered' });
const targets = [target('*', 0.8), target('sales', 0.9), target('vip', 0.9)];

it('is the house’s promise where all queues are shown', () => {
  expect([promised(targets, undefined), promised(targets, [])]).toEqual([0.8, 0.8]);
});

it('is a queue’s own, or the house’s where it has none', () => {
  expect([promised(targets, ['sales']), promised(targets, ['support'])]).toEqual([0.9, 0.8]);
});

it('is one of several queues only if they share it', () => {
  expect([promised(targets, ['sales', 'vip']), promised(targets, ['support', 'billing'])]).toEqual([0.9, 0.8]);
  expect(promised(targets, ['sales', 'support'])).toBeNull();
  expect(promised([], ['sales'])).toBeNull();
});
