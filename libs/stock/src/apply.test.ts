import { describe, expect, it } from '@jest/globals';
import { available, emptyLevel, levelKey, onHand, readEvent, type CloudEventSent, type FoldedEvent, type Level } from '@quayside/contracts';
import type { Applied } from './applied.js';
import type { FreshRecord } from './foldBatch.js';
import type { LogPosition } from './logPosition.js';
import { MemoryState } from './memoryState.js';

const NOON = Date.parse('2026-11-24T12:00:00Z');
const at: LogPosition = { offset: 7, appendedAt: NOON, recordedAt: NOON };
const head = { source: '/wms/dc-1', id: 'e-1', sequence: 0, occurredAt: NOON - 1000, location: 'DC-1' };
const received = (quantity: number, more = {}): FoldedEvent => ({ ...head, name: 'stock.received', lines: [{ sku: 'A', quantity, ...more }] });
const shipped = (quantity: number, more = {}): FoldedEvent => ({ ...head, name: 'stock.shipped', lines: [{ sku: 'A', quantity }], ...more });

/** Given a level of A at DC-1, when an event comes, what it does. */
function taken(event: FoldedEvent, given: Partial<Level> = {}, hash = 'h'): ReturnType<MemoryState['take']>[number] {
  const state = new MemoryState();
  const level = { ...emptyLevel('DC-1', 'A'), ...given };
  if (level.version > 0) state.levels.set(levelKey('DC-1', 'A'), level);
  const { source, id } = event;
  const envelope: FreshRecord['envelope'] = {
    v: 1,
    occurredAt: event.occurredAt,
    receivedAt: NOON,
    hash,
    sender: 'k',
    event: { specversion: '1.0', id, source, type: 't', data: {} },
  };
  const [result] = state.take([{ event, envelope, at }]);
  if (result === undefined) throw new Error('No answer');
  return result;
}
function applied(event: FoldedEvent, given: Partial<Level> = {}): Applied {
  const result = taken(event, given);
  if (result.kind !== 'applied') throw new Error(`not applied: ${JSON.stringify(result)}`);
  return result;
}

describe('stock events', () => {
  it.each<[string, FoldedEvent, Partial<Level>]>([
    ['goods received are sellable', received(5), { sellable: 5 }],
    ['goods received in a condition go where it says', { ...received(5), condition: 'damaged' } as FoldedEvent, { damaged: 5 }],
    ["a line's own bucket wins over the condition", { ...received(5, { bucket: 'hold' }), condition: 'damaged' } as FoldedEvent, { hold: 5 }],
    ['goods shipped leave sellable', shipped(3), { sellable: -3, lastOutboundAt: head.occurredAt }],
    ['goods returned wait for inspection', { ...head, name: 'stock.returned', lines: [{ sku: 'A', quantity: 2 }] }, { inspection: 2 }],
    [
      'goods returned in a condition go where it says',
      { ...head, name: 'stock.returned', condition: 'sellable', lines: [{ sku: 'A', quantity: 2 }] },
      { sellable: 2 },
    ],
    ['an adjustment moves by its delta', { ...head, name: 'stock.adjusted', reason: 'missing', lines: [{ sku: 'A', delta: -4 }] }, { sellable: -4 }],
  ])('%s', (_case, event, expected) => {
    const [level] = applied(event).levels;
    expect(level).toMatchObject({ ...emptyLevel('DC-1', 'A'), ...expected, version: 1, lastEventAt: head.occurredAt, updatedAt: NOON });
  });

  it('give a level one version each, however many lines touch it, and each row the numbers right after it', () => {
    const event: FoldedEvent = {
      ...head,
      name: 'stock.shipped',
      lines: [
        { sku: 'A', quantity: 3 },
        { sku: 'A', quantity: 4 },
      ],
    };
    const result = applied(event, { sellable: 10, version: 6 });
    expect(result.levels).toHaveLength(1);
    expect(result.levels[0]?.version).toBe(7);
    expect(result.movements.map((row) => [row.line, row.delta, row.onHandAfter, row.availableAfter])).toEqual([
      [0, -3, 7, 7],
      [1, -4, 3, 3],
    ]);
    expect(result.outcome.changes).toHaveLength(1);
  });

  it('below zero are applied and leave an exception beside them', () => {
    const result = applied(shipped(3), { sellable: 1, version: 1 });
    expect(result.levels[0]?.sellable).toBe(-2);
    expect(result.exceptions).toEqual([{ kind: 'NEGATIVE_ON_HAND', sku: 'A', detail: 'A at DC-1 stands at -2' }]);
  });

  it('that come after newer facts are marked late and do not turn the clock of the level back', () => {
    const result = applied(shipped(1), { sellable: 5, version: 1, lastEventAt: NOON });
    expect(result.movements[0]?.late).toBe(true);
    expect(result.levels[0]?.lastEventAt).toBe(NOON);
  });

  it('beyond what a quantity can hold are set aside whole, never wrapped', () => {
    const result = taken(received(10), { sellable: Number.MAX_SAFE_INTEGER - 5, version: 1 });
    expect(result).toMatchObject({ kind: 'setAside', reason: 'OVERFLOW' });
  });
});

describe('a move to another location', () => {
  const moved: FoldedEvent = {
    ...head,
    name: 'stock.moved',
    sequence: 4,
    to: 'DC-2',
    document: 'TO-1',
    lines: [{ sku: 'A', quantity: 3, lot: 'L', bucket: 'hold' }],
  };

  it('takes from here and leaves a hop that does the same, the other way round, over there', () => {
    const result = applied(moved, { hold: 5, version: 1 });
    expect(result.levels[0]).toMatchObject({ hold: 2, sellable: 0 });
    const [hop] = result.outcome.hops;
    expect(hop?.location).toBe('DC-2');
    const there = readEvent(hop?.envelope.event as CloudEventSent, hop?.envelope.occurredAt ?? 0);
    expect(there).toMatchObject({
      name: 'hop.stockIn',
      source: 'quayside:hop',
      id: '/wms/dc-1|e-1|0',
      sequence: 4,
      occurredAt: moved.occurredAt,
      location: 'DC-2',
      from: 'DC-1',
    });
    const landed = taken(there as FoldedEvent, {}, 'h|0');
    expect(landed).toMatchObject({
      kind: 'applied',
      levels: [{ location: 'DC-2', sku: 'A', hold: 3 }],
      movements: [{ kind: 'MOVED', delta: 3, lot: 'L', bucket: 'hold', document: 'TO-1' }],
    });
    expect(landed.kind === 'applied' && landed.outcome.changes[0]?.cause).toMatchObject({ source: '/wms/dc-1', id: 'e-1' });
    expect(landed.kind === 'applied' && landed.outcome.hops).toEqual([]);
  });
});

describe('wrong clocks', () => {
  const ahead = (ms: number): FoldedEvent => ({ ...received(1), occurredAt: NOON + ms });

  it('two minutes ahead are tolerated', () => {
    expect(applied(ahead(120_000))).toMatchObject({ exceptions: [], movements: [{ occurredAt: NOON + 120_000 }] });
  });
  it('over two minutes ahead are applied as of their arrival, with an exception', () => {
    expect(applied(ahead(120_001))).toMatchObject({ exceptions: [{ kind: 'CLOCK_SKEW' }], movements: [{ occurredAt: NOON }] });
  });
  it('over a day ahead are set aside', () => {
    expect(taken(ahead(86_400_001))).toMatchObject({ kind: 'setAside', reason: 'CLOCK_SKEW' });
  });
  it('years behind are facts like others', () => {
    expect(applied(ahead(-63_072_000_000)).movements[0]?.occurredAt).toBe(NOON - 63_072_000_000);
  });
});

describe('policies', () => {
  const policy = (more: object): FoldedEvent => ({ ...head, name: 'policy.set', sku: 'A', ...more });

  it('set what they name, leave what they do not and take away what is null', () => {
    const [level] = applied(policy({ reorderPoint: 40, safetyStock: null }), { sellable: 9, safetyStock: 3, version: 2 }).levels;
    expect(level).toMatchObject({ reorderPoint: 40, safetyStock: null, sellable: 9, version: 3 });
    expect(applied(policy({ safetyStock: 5 }), { reorderPoint: 40, version: 2 }).levels[0]).toMatchObject({ reorderPoint: 40, safetyStock: 5 });
  });
  it('move no stock and no time of the last fact', () => {
    const result = applied(policy({ reorderPoint: 1 }));
    expect(result.movements).toEqual([]);
    expect(result.levels[0]?.lastEventAt).toBeNull();
  });
});

it('what is derived from a level adds up', () => {
  const level = { ...emptyLevel('DC-1', 'A'), sellable: 10, inspection: 1, hold: 2, damaged: 4, reserved: 12 };
  expect([onHand(level), available(level)]).toEqual([17, -2]);
});
