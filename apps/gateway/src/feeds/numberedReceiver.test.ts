import { describe, expect, it } from '@jest/globals';
import { compareNumbers, type ChangeNumber, type Level, type Numbered, type NumberedRecord } from '@quayside/contracts';
import fc from 'fast-check';
import { aNumbered } from './aLevel.js';
import { LEVEL_OBJECTS } from './levelFeed.js';
import { holdIn, NumberedReceiver, type ReadMissing } from './numberedReceiver.js';
import { Stretch } from './stretch.js';

const record = (after: ChangeNumber | null, ...items: Numbered<Level>[]): NumberedRecord<Level> => ({ v: 1, after, items });

/** A receiver over a log whose outcomes can all be read. */
function aReceiver(log: readonly Numbered<Level>[] = [], readMissing?: ReadMissing<Level>, itemsMax?: number) {
  const stretch = new Stretch(LEVEL_OBJECTS, 'aaaa1111', itemsMax);
  const fresh: ChangeNumber[] = [];
  const gaps: boolean[] = [];
  const reads: unknown[] = [];
  const read: ReadMissing<Level> = async (_partition, after, to) => {
    reads.push([after, to]);
    return log.filter(({ at }) => (after === null || compareNumbers(at, after) > 0) && compareNumbers(at, to) <= 0);
  };
  const receiver = new NumberedReceiver<Level>({
    holdings: [holdIn(stretch, (level) => level)],
    readMissing: readMissing ?? read,
    onFresh: (items) => fresh.push(...items.map(({ at }) => at)),
    onGap: ({ healed }) => gaps.push(healed),
  });
  return { receiver, stretch, fresh, gaps, reads };
}

describe('a receiver of numbered records', () => {
  it('drops repeats, whole or in part', async () => {
    const { receiver, fresh, reads } = aReceiver();
    await receiver.take(0, record(null, aNumbered([1, 0]), aNumbered([1, 1])));
    await receiver.take(0, record(null, aNumbered([1, 0]), aNumbered([1, 1])));
    await receiver.take(0, record(null, aNumbered([1, 1]), aNumbered([2, 0])));
    expect(fresh).toEqual([
      [1, 0],
      [1, 1],
      [2, 0],
    ]);
    expect(reads).toEqual([]);
  });

  it('reads what is missing when a record comes after a number that it never had', async () => {
    const { receiver, fresh, gaps } = aReceiver([aNumbered([1, 0]), aNumbered([2, 0]), aNumbered([2, 1]), aNumbered([5, 0])]);
    await receiver.take(0, record(null, aNumbered([1, 0])));
    await receiver.take(0, record([2, 1], aNumbered([5, 0])));
    expect(fresh).toEqual([
      [1, 0],
      [2, 0],
      [2, 1],
      [5, 0],
    ]);
    expect(gaps).toEqual([true]);
  });

  it('counts the numbers of changes that it holds nothing of, so that they are neither a gap nor news', async () => {
    const stretch = new Stretch(LEVEL_OBJECTS, 'aaaa1111');
    const heard: ChangeNumber[] = [];
    const gaps: boolean[] = [];
    const receiver = new NumberedReceiver<Level | null>({
      holdings: [holdIn(stretch, (level) => level)],
      readMissing: async () => [],
      onFresh: (items) => heard.push(...items.map(({ at }) => at)),
      onGap: ({ healed }) => gaps.push(healed),
    });
    await receiver.take(0, { v: 1, after: null, items: [aNumbered([1, 0]), { at: [1, 1], what: null }] });
    expect(stretch.headOf(0)).toEqual([1, 1]);
    await receiver.take(0, { v: 1, after: [1, 1], items: [{ at: [2, 0], what: null }] });
    expect([stretch.headOf(0), gaps]).toEqual([[2, 0], []]);
    await receiver.take(0, { v: 1, after: [1, 1], items: [{ at: [2, 0], what: null }, aNumbered([3, 0], { version: 2 })] });
    expect(heard).toEqual([
      [1, 0],
      [1, 1],
      [2, 0],
      [3, 0],
    ]);
    expect([...stretch.since({ epoch: 'aaaa1111', numbers: new Map([[0, [2, 0]]]) })].map(({ what }) => what.version)).toEqual([2]);
  });

  it('notices a lost tail by an empty record', async () => {
    const { receiver, fresh } = aReceiver([aNumbered([1, 0]), aNumbered([2, 0])]);
    await receiver.take(0, record(null, aNumbered([1, 0])));
    await receiver.take(0, record([2, 0]));
    expect(fresh).toEqual([
      [1, 0],
      [2, 0],
    ]);
  });

  it('begins where the first record says, without reading history', async () => {
    const { receiver, stretch, reads, fresh } = aReceiver();
    const before = stretch.head();
    await receiver.take(0, record([7, 3], aNumbered([8, 0])));
    expect(reads).toEqual([]);
    expect(fresh).toEqual([[8, 0]]);
    expect(stretch.isRetained(before)).toBe(false);
  });

  it.each([
    ['more is missing than a ring holds', async () => null],
    ['Postgres is away', () => Promise.reject(new Error('ECONNREFUSED'))],
  ] satisfies [string, ReadMissing<Level>][])('lets every cursor from before go when %s', async (_name, readMissing) => {
    const { receiver, stretch, gaps } = aReceiver([], readMissing);
    await receiver.take(0, record(null, aNumbered([1, 0])));
    const before = stretch.head();
    await receiver.take(0, record([4, 0], aNumbered([5, 0])));
    expect(gaps).toEqual([false]);
    expect(stretch.isRetained(before)).toBe(false);
    expect(stretch.headOf(0)).toEqual([5, 0]);
    expect(stretch.isRetained(stretch.head())).toBe(true);
  });

  it('takes smaller numbers again when another store stands behind the topic', async () => {
    const { receiver, stretch, fresh } = aReceiver();
    await receiver.take(0, record(null, aNumbered([9, 0])));
    const before = stretch.head();
    receiver.restart('bbbb2222');
    await receiver.take(0, record(null, aNumbered([3, 0])));
    expect(fresh).toEqual([
      [9, 0],
      [3, 0],
    ]);
    expect(stretch.isRetained(before)).toBe(false);
  });

  it('ends with every change once and in order, whatever records are repeated or lost (property)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat({ max: 60 }), { minLength: 1, maxLength: 30 }),
        fc.array(fc.constantFrom('deliver', 'repeat', 'lose'), { minLength: 30, maxLength: 30 }),
        async (offsets, fates) => {
          const log = [...offsets].sort((a, b) => a - b).map((offset) => aNumbered([offset, 0]));
          const { receiver, fresh } = aReceiver(log);
          const records = log.map((item, index) => record(log[index - 1]?.at ?? null, item));
          const [first, ...others] = records;
          if (first !== undefined) await receiver.take(0, first);
          for (const [index, next] of others.entries()) {
            for (const _time of fates[index] === 'repeat' ? [1, 2] : fates[index] === 'lose' ? [] : [1]) await receiver.take(0, next);
          }
          await receiver.take(0, record(log[log.length - 1]?.at ?? null));
          expect(fresh).toEqual(log.map(({ at }) => at));
        },
      ),
    );
  });
});

describe('a stretch', () => {
  it('holds a bounded number of changes and knows which cursors it still serves', async () => {
    const { receiver, stretch } = aReceiver([], undefined, 10);
    await receiver.take(0, record(null, aNumbered([0, 0])));
    const first = stretch.head();
    for (let offset = 1; offset < 100; offset++) await receiver.take(0, record([offset - 1, 0], aNumbered([offset, 0])));
    expect(stretch.isRetained(first)).toBe(false);
    const held = [...stretch.since({ epoch: 'aaaa1111', numbers: new Map([[0, [95, 0]]]) })].map(({ at }) => at[0]);
    expect(held).toEqual([96, 97, 98, 99]);
    expect([...stretch.since(first)].length).toBeLessThanOrEqual(13);
  });
});
