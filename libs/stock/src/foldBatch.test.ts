import { expect, it } from '@jest/globals';
import { BUCKETS, levelKey, onHand, type Level, type StockEvent } from '@quayside/contracts';
import fc from 'fast-check';
import { foldBatch, touchedKeys, type FreshRecord } from './foldBatch.js';

const NOON = Date.parse('2026-11-24T12:00:00Z');
const line = fc.record({
  sku: fc.constantFrom('A', 'B', 'C'),
  quantity: fc.integer({ min: 1, max: 50 }),
  bucket: fc.option(fc.constantFrom(...BUCKETS), { nil: undefined }),
});
const lines = fc.array(line, { minLength: 1, maxLength: 4 });
const head = fc.record({ occurredAt: fc.integer({ min: NOON - 100_000, max: NOON }), location: fc.constantFrom('X', 'Y') });
const stockEvent = fc.tuple(fc.constantFrom('stock.received', 'stock.shipped', 'stock.returned', 'stock.adjusted'), head, lines).map(([name, more, given]) => {
  const event = { ...more, name, source: '/s', id: 'i', sequence: 0, lines: given };
  return (
    name === 'stock.adjusted' ? { ...event, reason: 'found', lines: given.map(({ quantity, ...rest }) => ({ ...rest, delta: quantity - 25 || 1 })) } : event
  ) as StockEvent;
});
const history = fc.array(stockEvent, { maxLength: 40 }).map((events) =>
  events.map((event, offset): FreshRecord => ({
    event,
    at: { offset, appendedAt: NOON, recordedAt: NOON },
    envelope: {
      v: 1,
      occurredAt: event.occurredAt,
      receivedAt: NOON,
      hash: String(offset),
      sender: 'k',
      event: { specversion: '1.0', id: String(offset), source: '/s', type: 't', data: {} },
    },
  })),
);

function foldAll(records: readonly FreshRecord[], cut: (index: number) => number): Map<string, Level> {
  const levels = new Map<string, Level>();
  for (let from = 0, step = 0; from < records.length; step++) {
    const part = records.slice(from, (from += Math.max(1, cut(step))));
    const known = new Map(part.flatMap(touchedKeys).flatMap((key) => (levels.has(key) ? [[key, levels.get(key) as Level] as const] : [])));
    for (const [key, level] of foldBatch(known, part).levels) levels.set(key, level);
  }
  return levels;
}

it('how a log is cut into batches makes no difference', () => {
  fc.assert(
    fc.property(history, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (records, cuts) => {
      expect(foldAll(records, (step) => cuts[step % cuts.length] ?? 1)).toEqual(foldAll(records, () => records.length));
    }),
  );
});

it('each level is the sum of its rows, bucket by bucket, and each row says the level right after it (I1)', () => {
  fc.assert(
    fc.property(history, (records) => {
      const { records: folded, levels } = foldBatch(new Map(), records);
      const sums = new Map<string, Record<string, number>>();
      for (const { result } of folded) {
        if (result.kind !== 'applied') throw new Error('nothing here overflows');
        for (const row of result.movements) {
          const sum = sums.get(levelKey(row.location, row.sku)) ?? {};
          sum[row.bucket] = (sum[row.bucket] ?? 0) + row.delta;
          sums.set(levelKey(row.location, row.sku), sum);
          expect(row.onHandAfter).toBe(Object.values(sum).reduce((all, each) => all + each, 0));
        }
      }
      for (const [key, level] of levels) for (const bucket of BUCKETS) expect(level[bucket]).toBe(sums.get(key)?.[bucket] ?? 0);
      expect([...levels.keys()].sort()).toEqual([...sums.keys()].sort());
    }),
  );
});

it('a version grows by one per event that changes the level', () => {
  fc.assert(
    fc.property(history, (records) => {
      const { levels } = foldBatch(new Map(), records);
      for (const [key, level] of levels) expect(level.version).toBe(records.filter((record) => touchedKeys(record).includes(key)).length);
    }),
  );
});

it('events of other levels are none of a level’s business', () => {
  fc.assert(
    fc.property(history, (records) => {
      const all = foldBatch(new Map(), records).levels;
      for (const [key, level] of all) {
        const own = foldBatch(
          new Map(),
          records.filter((record) => touchedKeys(record).includes(key)),
        );
        expect(onHand(own.levels.get(key) as Level)).toBe(onHand(level));
      }
    }),
  );
});

it('an event on which the rules throw is set aside alone', () => {
  const good = { ...aRecord('e-1'), event: { ...aRecord('e-1').event } };
  const poison = { ...aRecord('e-2'), event: { ...aRecord('e-2').event, lines: null } } as unknown as FreshRecord;
  const { records, levels } = foldBatch(new Map(), [good, poison, aRecord('e-3')]);
  expect(records.map(({ result }) => result.kind)).toEqual(['applied', 'setAside', 'applied']);
  expect(levels.get(levelKey('X', 'A'))?.sellable).toBe(2);
});

function aRecord(id: string): FreshRecord {
  const event: StockEvent = { name: 'stock.received', source: '/s', id, sequence: 0, occurredAt: NOON, location: 'X', lines: [{ sku: 'A', quantity: 1 }] };
  const envelope = {
    v: 1,
    occurredAt: NOON,
    receivedAt: NOON,
    hash: id,
    sender: 'k',
    event: { specversion: '1.0', id, source: '/s', type: 't', data: {} },
  } as const;
  return { event, envelope, at: { offset: 0, appendedAt: NOON, recordedAt: NOON } };
}
