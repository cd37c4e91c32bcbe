import { expect, it } from '@jest/globals';
import { BUCKETS, levelKey, onHand, type Level, type StockEvent } from '@quayside/contracts';
import fc from 'fast-check';
import { firstWanted, type FreshRecord } from './foldBatch.js';
import { MemoryState } from './memoryState.js';

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
    event: { ...event, id: String(offset) },
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

const touchedKeys = (record: FreshRecord): string[] => [...firstWanted([record]).levels];

function foldAll(records: readonly FreshRecord[], cut: (index: number) => number): MemoryState {
  const state = new MemoryState();
  for (let from = 0, step = 0; from < records.length; step++) state.take(records.slice(from, (from += Math.max(1, cut(step)))));
  return state;
}

it('how a log is cut into batches makes no difference', () => {
  fc.assert(
    fc.property(history, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (records, cuts) => {
      const whole = foldAll(records, () => records.length);
      const cut = foldAll(records, (step) => cuts[step % cuts.length] ?? 1);
      expect(cut.levels).toEqual(whole.levels);
      expect(cut.rows).toEqual(whole.rows);
    }),
  );
});

it('each level is the sum of its rows, bucket by bucket, and each row says the level right after it (I1)', () => {
  fc.assert(
    fc.property(history, (records) => {
      const { rows, levels } = foldAll(records, () => 3);
      const sums = new Map<string, Record<string, number>>();
      for (const row of rows) {
        const sum = sums.get(levelKey(row.location, row.sku)) ?? {};
        sum[row.bucket] = (sum[row.bucket] ?? 0) + row.delta;
        sums.set(levelKey(row.location, row.sku), sum);
        expect(row.onHandAfter).toBe(Object.values(sum).reduce((all, each) => all + each, 0));
      }
      for (const [key, level] of levels) for (const bucket of BUCKETS) expect(level[bucket]).toBe(sums.get(key)?.[bucket] ?? 0);
      expect([...levels.keys()].sort()).toEqual([...sums.keys()].sort());
    }),
  );
});

it('a version grows by one per event that changes the level', () => {
  fc.assert(
    fc.property(history, (records) => {
      const { levels } = foldAll(records, () => records.length);
      for (const [key, level] of levels) expect(level.version).toBe(records.filter((record) => touchedKeys(record).includes(key)).length);
    }),
  );
});

it('events of other levels are none of a level’s business', () => {
  fc.assert(
    fc.property(history, (records) => {
      const all = foldAll(records, () => records.length).levels;
      for (const [key, level] of all) {
        const own = foldAll(
          records.filter((record) => touchedKeys(record).includes(key)),
          () => records.length,
        );
        expect(onHand(own.levels.get(key) as Level)).toBe(onHand(level));
      }
    }),
  );
});

it('an event on which the rules throw is set aside alone', () => {
  const good = { ...aRecord('e-1'), event: { ...aRecord('e-1').event } };
  const poison = { ...aRecord('e-2', 1), event: { ...aRecord('e-2').event, lines: null } } as unknown as FreshRecord;
  const state = new MemoryState();
  const results = state.take([good, poison, aRecord('e-3', 2)]);
  expect(results.map(({ kind }) => kind)).toEqual(['applied', 'setAside', 'applied']);
  expect(state.levels.get(levelKey('X', 'A'))?.sellable).toBe(2);
});

function aRecord(id: string, offset = 0): FreshRecord {
  const event: StockEvent = { name: 'stock.received', source: '/s', id, sequence: 0, occurredAt: NOON, location: 'X', lines: [{ sku: 'A', quantity: 1 }] };
  const envelope = {
    v: 1,
    occurredAt: NOON,
    receivedAt: NOON,
    hash: id,
    sender: 'k',
    event: { specversion: '1.0', id, source: '/s', type: 't', data: {} },
  } as const;
  return { event, envelope, at: { offset, appendedAt: NOON, recordedAt: NOON } };
}
