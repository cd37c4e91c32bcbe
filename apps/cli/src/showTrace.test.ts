import { describe, expect, it } from '@jest/globals';
import { emptyLevel, NOTHING_PROMISED, summarizeOrder, type Cause, type Change, type Order, type Reservation } from '@quayside/contracts';
import type { EventTrace } from '@quayside/store';
import picocolors from 'picocolors';
import { showChange, showTrace, stagesOf } from './showTrace.js';

const cause: Cause = { source: '/shop', id: 'o', name: 'order.placed', occurredAt: 0, receivedAt: 0 };
const order: Order = {
  location: 'DC-1',
  number: 'SO-1',
  source: '/shop',
  customer: null,
  shipTo: null,
  priority: 0,
  policy: 'PARTIAL',
  placedAt: 1,
  place: 1,
  promisedShipBy: null,
  promisedDeliverBy: null,
  isHeld: false,
  stage: 'PARTIALLY_RESERVED',
  lines: [
    {
      ...NOTHING_PROMISED,
      line: 1,
      sku: 'A',
      ordered: 3,
      requested: 3,
      confirmed: 2,
      active: 2,
      rejected: 1,
      cancelled: 0,
      shipped: 0,
      overshipped: 0,
      returned: 0,
    },
  ],
  early: null,
  version: 4,
  updatedAt: 1,
};
const reservation: Reservation = {
  location: 'DC-1',
  reference: 'R-1',
  source: '/shop',
  order: null,
  policy: 'PARTIAL',
  expiresAt: null,
  expiryOffset: null,
  place: 1,
  lines: [{ ...NOTHING_PROMISED, line: 1, sku: 'A', requested: 2, confirmed: 1, active: 1, rejected: 1 }],
  decidedAt: 1,
  version: 1,
  updatedAt: 1,
};

describe('a change in words', () => {
  it.each<[string, Change, string]>([
    [
      'a level',
      { kind: 'level', level: { ...emptyLevel('DC-1', 'A'), sellable: 5, reserved: 2, version: 3 }, cause },
      'A at DC-1 version 3, 5 on hand, 2 reserved, 3 available',
    ],
    [
      'an order',
      { kind: 'order', order: summarizeOrder(order), cause },
      'order SO-1 at DC-1 version 4 is PARTIALLY_RESERVED: 3 ordered, 2 reserved, 1 rejected',
    ],
    [
      'an order of which only a cancel is known',
      { kind: 'order', order: summarizeOrder({ ...order, lines: [], stage: 'PLACED', placedAt: null }), cause },
      'order SO-1 at DC-1 version 4 is PLACED: nothing of it is known yet',
    ],
    ['a reservation', { kind: 'reservation', reservation, cause }, 'reservation R-1 at DC-1 version 1: line 1 CONFIRMED, 1 of 2 A held'],
    [
      'a decision',
      { kind: 'decision', location: 'DC-1', verdict: 'PARTLY', detail: 'some of it', current: [], shortBy: [{ line: 1, sku: 'A', quantity: 1 }], cause },
      'PARTLY; some of it; 1 of A missing (line 1)',
    ],
    [
      'what is true instead',
      { kind: 'decision', location: 'DC-1', verdict: 'STALE', detail: '', current: [{ sku: 'A', onHand: 7 }], shortBy: [], cause },
      'STALE; A has 7 on hand',
    ],
  ])('%s', (_case, change, words) => {
    expect(showChange(change)).toBe(words);
  });
});

describe('a trace in words', () => {
  const event = { source: '/wms', id: 'ship-1' };
  const trace: EventTrace = {
    partition: 1,
    offset: 5,
    state: 'TOMBSTONE',
    repeats: 0,
    voidedBy: { source: '/wms', id: 'void-1' },
    fence: { nextOffset: 9, changesOffset: 9 },
    applied: null,
    quarantined: [],
  };
  const show = (shown: EventTrace): string =>
    showTrace({ event, trace: shown, stages: stagesOf(shown, { shown: true, published: true }), colors: picocolors.createColors(false) });

  it('says that a void waits for its target', () => {
    expect(show(trace)).toBe('/wms ship-1   TOMBSTONE\n  void        /wms void-1 came before it and waits for it: it will have no effect');
  });

  it('counts one row as one, and tells a long wait in hours', () => {
    const row = {
      line: 0,
      location: 'DC-1',
      sku: 'A',
      bucket: 'sellable',
      kind: 'SHIPPED',
      delta: -3,
      onHandAfter: 3,
      availableAfter: 3,
      late: false,
      at: null,
    };
    const applied = {
      name: 'stock.shipped',
      occurredAt: 0,
      receivedAt: 71_857_159,
      recordedAt: 71_857_159,
      appliedAt: 71_857_200,
      ledger: [row],
      changes: [],
      alerts: [],
    };
    const text = show({ ...trace, state: 'APPLIED', voidedBy: null, applied });
    expect(text).toContain('+19 h 57 min partition 1 record 5');
    expect(text).toContain('+41 ms       1 ledger row, 0 changes');
  });

  it('says of a row at whose time it stands, where that is another’s', () => {
    const row = { line: 0, location: 'DC-1', sku: 'A', bucket: 'sellable', kind: 'VOID', delta: 3, onHandAfter: 3, availableAfter: 3, late: true, at: event };
    const applied = { name: 'event.voided', occurredAt: 0, receivedAt: 0, recordedAt: 0, appliedAt: 0, ledger: [row], changes: [], alerts: [] };
    expect(show({ ...trace, state: 'APPLIED', voidedBy: null, applied })).toContain(
      'VOID +3 sellable of A at DC-1: 3 on hand, 3 available after it (late), at the time of /wms ship-1',
    );
  });
});
