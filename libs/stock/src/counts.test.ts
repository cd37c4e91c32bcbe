import { describe, expect, it } from '@jest/globals';
import { BUCKETS, type FoldedEvent } from '@quayside/contracts';
import type { FreshRecord } from './foldBatch.js';
import { MemoryState } from './memoryState.js';

const DAY = '2026-11-22';
const at = (time: string): number => Date.parse(`${DAY}T${time}:00Z`);
const head = (id: string, time: string) => ({ source: '/wms/dc-1', id, sequence: 0, occurredAt: at(time), location: 'DC-1' });
const adjusted = (id: string, time: string, delta: number): FoldedEvent => ({
  ...head(id, time),
  name: 'stock.adjusted',
  reason: 'openingBalance',
  lines: [{ sku: 'A', delta }],
});
const shipped = (id: string, time: string, quantity: number): FoldedEvent => ({ ...head(id, time), name: 'stock.shipped', lines: [{ sku: 'A', quantity }] });
const counted = (id: string, time: string, found: number, more = {}): FoldedEvent => ({
  ...head(id, time),
  name: 'stock.counted',
  lines: [{ sku: 'A', counted: found, ...more }],
});
const voided = (id: string, target: string): FoldedEvent => ({
  ...head(id, '20:00'),
  name: 'event.voided',
  reason: 'did_not_occur',
  target: { source: '/wms/dc-1', id: target },
});

/** Takes events at the times at which they were recorded, one batch each. */
function history(...events: readonly (readonly [recorded: string, event: FoldedEvent])[]): MemoryState {
  const state = new MemoryState();
  for (const [offset, [recorded, event]] of events.entries()) {
    const recordedAt = at(recorded);
    const envelope: FreshRecord['envelope'] = {
      v: 1,
      occurredAt: event.occurredAt,
      receivedAt: recordedAt,
      hash: String(offset),
      sender: 'k',
      event: { specversion: '1.0', id: event.id, source: event.source, type: 't', data: {} },
    };
    state.take([{ event, envelope, at: { offset, appendedAt: recordedAt, recordedAt } }]);
  }
  return state;
}
const now = (state: MemoryState): number => BUCKETS.reduce((sum, bucket) => sum + (state.levels.get('DC-1\tA')?.[bucket] ?? 0), 0);
const asOf = (state: MemoryState, time: string, knownAt = '23:59'): number =>
  state.rows.filter((row) => row.occurredAt <= at(time) && row.recordedAt <= at(knownAt)).reduce((sum, { delta }) => sum + delta, 0);
const booked = (state: MemoryState): unknown[] => state.rows.map(({ kind, delta, by }) => [kind, delta, by?.id ?? null]);

describe('a count', () => {
  it('keeps what was counted, and corrects the past, when a fact from before it is learnt later (the example of domain.md)', () => {
    const state = history(['08:00', adjusted('open', '08:00', 10)], ['12:00', counted('count', '12:00', 7)], ['13:00', shipped('ship', '10:00', 2)]);
    expect(booked(state)).toEqual([
      ['ADJUSTED', 10, null],
      ['COUNT_VARIANCE', -3, null],
      ['SHIPPED', -2, null],
      ['VARIANCE_REVISION', 2, 'ship'],
    ]);
    expect(now(state)).toBe(7);
    expect(asOf(state, '11:00')).toBe(8);
    expect(asOf(state, '11:00', '12:30')).toBe(10);
  });

  it('that comes after newer facts books its variance at its own time', () => {
    const state = history(['08:00', adjusted('open', '08:00', 10)], ['14:00', shipped('ship', '14:00', 4)], ['15:00', counted('count', '12:00', 9)]);
    expect([asOf(state, '12:00'), now(state)]).toEqual([9, 5]);
  });

  it('leaves a row where nothing was missing', () => {
    const state = history(['08:00', adjusted('open', '08:00', 10)], ['12:00', counted('count', '12:00', 10)]);
    expect(booked(state)[1]).toEqual(['COUNT_VARIANCE', 0, null]);
  });

  it('observes its own key only: another lot stays', () => {
    const lot: FoldedEvent = { ...head('lot', '08:00'), name: 'stock.received', lines: [{ sku: 'A', quantity: 5, lot: 'L1' }] };
    const state = history(['08:00', lot], ['12:00', counted('count', '12:00', 3)]);
    expect(now(state)).toBe(8);
  });

  it('that is complete finds nothing of what it does not name', () => {
    const lot: FoldedEvent = { ...head('lot', '08:00'), name: 'stock.received', lines: [{ sku: 'A', quantity: 5, lot: 'L1' }] };
    const complete = { ...counted('count', '12:00', 3), complete: true } as FoldedEvent;
    expect(now(history(['08:00', lot], ['12:00', complete]))).toBe(3);
  });
});

describe('a void', () => {
  it('of a fact before a count changes the past, not the count', () => {
    const state = history(
      ['08:00', adjusted('open', '08:00', 10)],
      ['10:00', shipped('ship', '10:00', 2)],
      ['12:00', counted('count', '12:00', 7)],
      ['13:00', voided('void', 'ship')],
    );
    expect([asOf(state, '11:00'), now(state)]).toEqual([10, 7]);
  });

  it('of a count takes back all that was booked in its name', () => {
    const state = history(
      ['08:00', adjusted('open', '08:00', 10)],
      ['12:00', counted('count', '12:00', 7)],
      ['13:00', shipped('ship', '10:00', 2)],
      ['14:00', voided('void', 'count')],
    );
    expect([asOf(state, '12:00'), now(state)]).toEqual([8, 8]);
  });

  it('that comes first leaves its target without effect', () => {
    const state = history(['08:00', adjusted('open', '08:00', 10)], ['09:00', voided('void', 'ship')], ['10:00', shipped('ship', '10:00', 2)]);
    expect([now(state), state.rows.length]).toEqual([10, 1]);
  });

  it('twice is a void once', () => {
    const state = history(
      ['08:00', adjusted('open', '08:00', 10)],
      ['10:00', shipped('ship', '10:00', 2)],
      ['11:00', voided('void-1', 'ship')],
      ['12:00', voided('void-2', 'ship')],
    );
    expect(now(state)).toBe(10);
  });

  it('of an order is set aside: only physical facts can be taken back', () => {
    const placed: FoldedEvent = { ...head('order', '08:00'), name: 'order.placed', order: 'SO-1', lines: [{ line: 1, sku: 'A', quantity: 1 }] };
    const state = new MemoryState();
    const record = (event: FoldedEvent, offset: number): FreshRecord => ({
      event,
      at: { offset, appendedAt: at('20:00'), recordedAt: at('20:00') },
      envelope: {
        v: 1,
        occurredAt: 0,
        receivedAt: 0,
        hash: event.id,
        sender: 'k',
        event: { specversion: '1.0', id: event.id, source: event.source, type: 't', data: {} },
      },
    });
    expect(state.take([record(placed, 0), record(voided('void', 'order'), 1)])[1]).toMatchObject({ kind: 'setAside', reason: 'VOID_NOT_ALLOWED' });
  });
});
