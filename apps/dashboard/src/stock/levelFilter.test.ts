import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Level } from './level.js';
import { EVERYTHING, matcherOf, readFilter, SORT_KEYS, writeFilter, type LevelFilter } from './levelFilter.js';
import { orderLevels } from './levelOrder.js';
import { totalLevels } from './levelTotals.js';

const level = (given: Partial<Level>): Level => ({
  id: `${given.location ?? 'DC-1'}/${given.sku ?? '10002'}`,
  version: 1,
  sku: '10002',
  location: 'DC-1',
  onHand: 10,
  available: 10,
  reserved: 0,
  unsellable: 0,
  position: 10,
  reorderPoint: null,
  updatedAtMs: 0,
  ...given,
});
const skus = (levels: readonly Level[]): string[] => levels.map(({ sku }) => sku);

describe('readFilter and writeFilter', () => {
  it('read back what was written', () => {
    const filters: fc.Arbitrary<LevelFilter> = fc.record({
      search: fc.string(),
      location: fc.string(),
      needsAttention: fc.boolean(),
      sort: fc.record({ key: fc.constantFrom(...SORT_KEYS), descending: fc.boolean() }),
    });
    fc.assert(fc.property(filters, (filter) => expect(readFilter(writeFilter(filter, ''))).toEqual(filter)));
  });

  it('leave parameters of others alone, and write nothing for everything', () => {
    expect(writeFilter(EVERYTHING, '?sku=1&page=2')).toBe('?page=2');
    expect(writeFilter(EVERYTHING, '')).toBe('');
  });

  it('take a sort that does not exist for none', () => {
    expect(readFilter('?sort=-price').sort).toEqual(EVERYTHING.sort);
  });
});

describe('matcherOf', () => {
  it('finds a part of a SKU in any case, in the location asked for', () => {
    const matches = matcherOf({ ...EVERYTHING, search: ' mug', location: 'DC-1' });
    expect([level({ sku: 'BIG-MUG' }), level({ sku: 'MUG', location: 'DC-2' }), level({ sku: 'CUP' })].map(matches)).toEqual([true, false, false]);
  });

  it('lets through only low and negative levels when asked to', () => {
    const matches = matcherOf({ ...EVERYTHING, needsAttention: true });
    expect(matches(level({ reorderPoint: 10 }))).toBe(true);
    expect(matches(level({ reorderPoint: 9 }))).toBe(false);
    expect(matches(level({ onHand: -1, available: -1 }))).toBe(true);
    expect(matches(level({ available: -1 }))).toBe(true);
  });
});

describe('orderLevels', () => {
  it('puts SKU 9 before SKU 10, and one SKU by location', () => {
    const levels = [level({ sku: '10' }), level({ sku: '9', location: 'DC-2' }), level({ sku: '9' })];
    expect(orderLevels(levels, EVERYTHING).map(({ id }) => id)).toEqual(['DC-1/9', 'DC-2/9', 'DC-1/10']);
  });

  it('puts levels without a reorder point last in either direction', () => {
    const levels = [level({ sku: 'none' }), level({ sku: 'five', reorderPoint: 5 }), level({ sku: 'nine', reorderPoint: 9 })];
    expect(skus(orderLevels(levels, { ...EVERYTHING, sort: { key: 'reorderPoint', descending: false } }))).toEqual(['five', 'nine', 'none']);
    expect(skus(orderLevels(levels, { ...EVERYTHING, sort: { key: 'reorderPoint', descending: true } }))).toEqual(['nine', 'five', 'none']);
  });

  it('gives the same order whatever the order it is given', () => {
    const levels = fc.uniqueArray(
      fc.record({ sku: fc.constantFrom('1', '2', '10'), location: fc.constantFrom('A', 'B'), onHand: fc.integer({ min: -2, max: 2 }) }),
      {
        selector: ({ sku, location }) => `${location}/${sku}`,
      },
    );
    const sorts = fc.record({ key: fc.constantFrom(...SORT_KEYS), descending: fc.boolean() });
    fc.assert(
      fc.property(levels, sorts, (given, sort) => {
        const made = given.map(level);
        expect(orderLevels(made.toReversed(), { ...EVERYTHING, sort })).toEqual(orderLevels(made, { ...EVERYTHING, sort }));
      }),
    );
  });
});

describe('totalLevels', () => {
  it('sums units and counts what is low and what is below zero', () => {
    const levels = [level({ reorderPoint: 10 }), level({ onHand: -3, available: -3, position: -3, reorderPoint: 0 }), level({ onHand: 5 })];
    expect(totalLevels(levels)).toEqual({ levels: 3, onHand: 12, low: 2, negative: 1 });
  });
});
