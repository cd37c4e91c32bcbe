import { describe, expect, it } from '@jest/globals';
import { openQuantity, type FoldedEvent, type Order, type OrderPlaced, type Reservation } from '@quayside/contracts';
import type { FreshRecord } from './foldBatch.js';
import { MemoryState } from './memoryState.js';

const NOON = Date.parse('2026-11-24T12:00:00Z');
type Given = {
  [Name in FoldedEvent['name']]: Omit<Extract<FoldedEvent, { name: Name }>, 'source' | 'sequence' | 'occurredAt' | 'location'> & { location?: string };
}[FoldedEvent['name']];

/** Given these events in the log, one batch each, what stands then. */
function given(...events: readonly Given[]): MemoryState & { readonly last: ReturnType<MemoryState['take']>[number] | undefined } {
  const state = new MemoryState();
  let last: ReturnType<MemoryState['take']>[number] | undefined;
  for (const [offset, draft] of events.entries()) {
    const event = { source: '/s', sequence: 0, occurredAt: NOON + offset, location: 'X', ...draft } as FoldedEvent;
    const sent = { specversion: '1.0' as const, id: event.id, source: event.source, type: 't', data: {} };
    const record: FreshRecord = {
      event,
      at: { offset, appendedAt: NOON + offset, recordedAt: NOON + offset },
      envelope: { v: 1, occurredAt: event.occurredAt, receivedAt: NOON, hash: event.id, sender: 'k', event: sent },
    };
    [last] = state.take([record]);
  }
  return Object.assign(state, { last });
}
const received = (id: string, quantity: number, sku = 'A'): Given => ({ name: 'stock.received', id, lines: [{ sku, quantity }] });
const placed = (id: string, order: string, quantities: Record<string, number>, more: Partial<OrderPlaced> = {}): Given => ({
  name: 'order.placed',
  id,
  order,
  lines: Object.entries(quantities).map(([sku, quantity], index) => ({ line: index + 1, sku: sku.slice(0, 1), quantity })),
  ...more,
});
const shipped = (id: string, order: string, quantity: number): Given => ({ name: 'stock.shipped', id, order, lines: [{ sku: 'A', quantity }] });
const voided = (id: string, target: string): Given => ({ name: 'event.voided', id, reason: 'did_not_occur', target: { source: '/s', id: target } });
const reserved = (id: string, quantity: number, more: object = {}): Given => ({
  name: 'reservation.requested',
  id,
  reservation: id,
  lines: [{ line: 1, sku: 'A', quantity }],
  ...more,
});
const orderOf = (state: MemoryState, number: string): Order => {
  const order = state.orders.get(`X\t${number}`);
  if (order === undefined) throw new Error(`No order ${number}`);
  return order;
};
const reservationOf = (state: MemoryState, reference: string): Reservation | undefined => state.reservations.get(`X\t${reference}`);
const linesOf = (state: MemoryState, number: string): unknown[] =>
  orderOf(state, number).lines.map((line) => ({ active: line.active, backordered: line.backordered, shipped: line.shipped, open: openQuantity(line) }));

describe('who waits', () => {
  it('is served by promise first, then by who asked first, over all items of one receipt', () => {
    const state = given(
      placed('p1', 'O1', { B: 1 }, { promisedShipBy: NOON + 1 }),
      placed('p2', 'O2', { A: 1, B: 1 }, { policy: 'ALL_OR_NOTHING' }),
      { name: 'stock.received', id: 'r', lines: [{ sku: 'A', quantity: 1 }, { sku: 'B', quantity: 1 }] }, // prettier-ignore
    );
    expect([linesOf(state, 'O1'), linesOf(state, 'O2').map((line) => (line as { active: number }).active)]).toEqual([
      [{ active: 1, backordered: 0, shipped: 0, open: 0 }],
      [0, 0],
    ]);
  });

  it('is served in any number by one receipt', () => {
    const skus = Array.from({ length: 1_000 }, (_unused, index) => `S${index}`);
    const state = given(
      { name: 'order.placed', id: 'p', order: 'O', lines: skus.map((sku, index) => ({ line: index + 1, sku, quantity: 1 })) },
      { name: 'stock.received', id: 'r', lines: skus.map((sku) => ({ sku, quantity: 1 })) },
    );
    expect(orderOf(state, 'O').stage).toBe('RESERVED');
  });
});

describe('the void of a shipment', () => {
  it('takes goods back from the lines that they joined, two notes of one line together', () => {
    const early: Given = { name: 'stock.shipped', id: 's', order: 'O', lines: [{ sku: 'A', quantity: 5 }, { line: 1, sku: 'A', quantity: 3 }] }; // prettier-ignore
    const state = given(received('r', 100), early, placed('p', 'O', { A1: 4, A2: 4 }), voided('v', 's'));
    expect(linesOf(state, 'O')).toEqual([
      { active: 4, backordered: 0, shipped: 0, open: 0 },
      { active: 4, backordered: 0, shipped: 0, open: 0 },
    ]);
  });

  it('asks for the order, and not for the reservation that went over to it', () => {
    const state = given(received('r', 10), reserved('R', 5, { order: 'O' }), shipped('s', 'O', 5), placed('p', 'O', { A: 5 }), voided('v', 's'));
    expect(state.levels.get('X\tA')).toMatchObject({ sellable: 10, reserved: 5 });
    expect(reservationOf(state, 'R')?.lines[0]).toMatchObject({ active: 0, consumed: 0, released: 5 });
  });

  it('gives nothing back to a reservation that its owner gave up', () => {
    const release: Given = { name: 'reservation.released', id: 'x', reservation: 'R' };
    const state = given(received('r', 10), reserved('R', 5, { order: 'O' }), shipped('s', 'O', 3), release, voided('v', 's'));
    expect(state.levels.get('X\tA')).toMatchObject({ sellable: 10, reserved: 0 });
  });

  it('that names another location than its target has no effect, before it and after it', () => {
    const after = given({ ...received('t', 5), location: 'Y' }, voided('v', 't'));
    expect(after.last).toMatchObject({ kind: 'setAside', reason: 'VOID_NOT_ALLOWED' });
    const before = given(voided('v', 't'), { ...received('t', 5), location: 'Y' });
    expect(before.levels.get('Y\tA')).toMatchObject({ sellable: 5 });
    const right: Given = { ...voided('w', 't'), location: 'Y' };
    const both = given(voided('v', 't'), right, { ...received('t', 5), location: 'Y' });
    expect(both.levels.get('Y\tA')).toBeUndefined();
  });
});

describe('what last went out', () => {
  it('is not what was taken back', () => {
    const state = given(received('r', 5), { name: 'stock.shipped', id: 's', lines: [{ sku: 'A', quantity: 1 }] }, voided('v', 's'));
    expect(state.levels.get('X\tA')?.lastOutboundAt).toBeNull();
  });
});

describe('a reservation', () => {
  it('is refused whole, with what was missing', () => {
    const state = given(received('r', 2), reserved('R', 5));
    expect(state.last).toMatchObject({ outcome: { changes: [{ kind: 'reservation' }, { kind: 'decision', verdict: 'REJECTED', shortBy: [{ line: 1, sku: 'A', quantity: 3 }] }] } }); // prettier-ignore
    expect(reservationOf(state, 'R')?.lines[0]).toMatchObject({ requested: 5, rejected: 5, active: 0 });
  });

  it('that is over when it is asked for holds nothing', () => {
    const state = given(received('r', 5), reserved('R', 5, { expiresAt: NOON - 1 }));
    expect(state.last).toMatchObject({
      outcome: { changes: [{ kind: 'reservation' }, { verdict: 'REJECTED', detail: 'It had expired when it was asked for' }] },
    });
    expect(state.levels.get('X\tA')).toMatchObject({ reserved: 0 });
  });

  it('expires only by the expiry that stands', () => {
    const expired = (id: string, expiryOffset: number): Given => ({ name: 'reservation.expired', id, reservation: 'R', expiryOffset });
    const start = [received('r', 5), reserved('R', 5, { expiresAt: NOON + 100 })];
    const extended: Given = { name: 'reservation.extended', id: 'e', reservation: 'R', expiresAt: NOON + 200 };
    expect(reservationOf(given(...start, extended, expired('x', 1)), 'R')?.lines[0]).toMatchObject({ active: 5, expired: 0 });
    expect(reservationOf(given(...start, extended, expired('x', 2)), 'R')?.lines[0]).toMatchObject({ active: 0, expired: 5 });
  });
});

describe('an order', () => {
  it('that was cancelled before it came asks for nothing', () => {
    const cancelled: Given = { name: 'order.cancelled', id: 'c', order: 'O' };
    expect(orderOf(given(received('r', 9), cancelled, placed('p', 'O', { A: 5 })), 'O')).toMatchObject({
      stage: 'CANCELLED',
      lines: [{ cancelled: 5, active: 0 }],
    });
  });

  it('is remembered by its first placing', () => {
    const state = given(received('r', 9), placed('p', 'O', { A: 5 }), placed('q', 'O', { A: 9 }));
    expect(state.last).toMatchObject({ exceptions: [{ kind: 'ALREADY_EXISTS' }] });
    expect(orderOf(state, 'O').lines).toMatchObject([{ ordered: 5 }]);
  });

  it('that never comes does not grow for ever', () => {
    const many = (id: string): Given => ({ name: 'stock.shipped', id, order: 'POS', lines: Array.from({ length: 3_000 }, () => ({ sku: 'A', quantity: 1 })) });
    const state = given(many('s1'), many('s2'));
    expect(orderOf(state, 'POS').early?.shipped).toHaveLength(5_000);
    expect(state.last).toMatchObject({ exceptions: expect.arrayContaining([expect.objectContaining({ kind: 'UNKNOWN_LINE' })]) });
  });
});
