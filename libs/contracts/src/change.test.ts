import { describe, expect, it } from '@jest/globals';
import { compareNumbers, decodeNumbered, encodeRecords, RECORD_CHARACTERS_MAX, RECORD_ITEMS_MAX, type Numbered, type NumberedRecord } from './change.js';

const items = (count: number): Numbered<number>[] => Array.from({ length: count }, (_unused, index) => ({ at: [index, 0] as const, what: index }));

const recordsOf = <T>(after: readonly [number, number] | null, given: readonly Numbered<T>[]): NumberedRecord<T>[] =>
  encodeRecords(after, given).map((value) => decodeNumbered<T>(new TextEncoder().encode(value)));

describe('numbered records', () => {
  it('are cut so that each says the number before its first', () => {
    expect(recordsOf([-1, 3], items(RECORD_ITEMS_MAX + 1)).map((record) => [record.after, record.items.length])).toEqual([
      [[-1, 3], RECORD_ITEMS_MAX],
      [[RECORD_ITEMS_MAX - 1, 0], 1],
    ]);
  });

  it('are cut before they outgrow what the log takes; what is longer by itself stands alone', () => {
    const text = (index: number, length: number): Numbered<string> => ({ at: [index, 0], what: 'x'.repeat(length) });
    const half = RECORD_CHARACTERS_MAX / 2;
    const given = [text(0, 10), text(1, half), text(2, half), text(3, 3 * half), text(4, 10)];
    const records = recordsOf(null, given);
    expect(records.map((record) => [record.after, record.items.map(({ at }) => at[0])])).toEqual([
      [null, [0, 1]],
      [[1, 0], [2]],
      [[2, 0], [3]],
      [[3, 0], [4]],
    ]);
  });

  it('come back from their wire form as they were', () => {
    expect(recordsOf(null, items(2))).toEqual([{ v: 1, after: null, items: items(2) }]);
    expect(recordsOf([4, 0], [])).toEqual([]);
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
