import { describe, expect, it } from '@jest/globals';
import { compareNumbers, decodeNumbered, encodeNumbered, packRecords, RECORD_ITEMS_MAX, type Numbered } from './change.js';

const items = (count: number): Numbered<number>[] => Array.from({ length: count }, (_unused, index) => ({ at: [index, 0] as const, what: index }));

describe('numbered records', () => {
  it('are cut so that each says the number before its first', () => {
    const records = packRecords([-1, 3], items(RECORD_ITEMS_MAX + 1));
    expect(records.map((record) => [record.after, record.items.length])).toEqual([
      [[-1, 3], RECORD_ITEMS_MAX],
      [[RECORD_ITEMS_MAX - 1, 0], 1],
    ]);
  });

  it('come back from their wire form as they were', () => {
    const [record] = packRecords(null, items(2));
    expect(record && decodeNumbered(new TextEncoder().encode(encodeNumbered(record)))).toEqual(record);
  });

  it('of a version that nobody knows are refused', () => {
    expect(() => decodeNumbered(new TextEncoder().encode('{"v":2,"items":[]}'))).toThrow('unknown version 2');
  });
});

describe('numbers of changes', () => {
  it.each([
    [[1, 5], [2, 0], -1],
    [[2, 1], [2, 0], 1],
    [[2, 1], [2, 1], 0],
  ] as const)('%j against %j is %d', (a, b, order) => {
    expect(compareNumbers(a, b)).toBe(order);
  });
});
