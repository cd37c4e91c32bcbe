import type { CloudEventSent, DoorEventName } from '@quayside/contracts';

/** One order, as a shop would send it to `/v1/orders`. */
export const EXAMPLE_ORDER = {
  order: 'SO-1001',
  source: '/shop/uk',
  location: 'DC-1',
  placedAt: '2026-11-22T13:00:00Z',
  customer: 'C-77',
  promisedShipBy: '2026-11-23T17:00:00Z',
  policy: 'PARTIAL',
  lines: [{ line: 1, sku: '10002', quantity: 3 }],
};

/** One whole, valid event of each kind, as a warehouse or a shop would send it: for tests and for showing callers what is expected. */
export const EXAMPLE_EVENTS: Readonly<Record<DoorEventName, CloudEventSent>> = {
  'stock.received': example('stock.received', 'rcv-17', {
    purchaseOrder: 'PO-7',
    lines: [{ line: 1, sku: '10002', quantity: 40, lot: 'L-1', expiresAt: '2027-03-31' }],
  }),
  'stock.shipped': example('stock.shipped', 'ship-981', { order: 'SO-1001', lines: [{ line: 1, sku: '10002', quantity: 3 }] }),
  'stock.moved': example('stock.moved', 'mov-8', { to: 'DC-2', lines: [{ sku: '10002', quantity: 5 }] }),
  'stock.adjusted': example('stock.adjusted', 'adj-5', { reason: 'damaged', lines: [{ sku: '10002', delta: -2 }] }),
  'stock.returned': example('stock.returned', 'ret-3', { order: 'SO-1001', condition: 'inspection', lines: [{ sku: '10002', quantity: 1 }] }),
  'stock.counted': example('stock.counted', 'cnt-12', {
    count: 'CC-2026-47',
    actor: 'j.doe',
    complete: true,
    lines: [{ sku: '10002', lot: 'L-1', counted: 37 }],
  }),
  'stock.dispositionChanged': example('stock.dispositionChanged', 'dsp-4', {
    from: 'inspection',
    to: 'sellable',
    reason: 'inspected',
    lines: [{ sku: '10002', quantity: 1 }],
  }),
  'adjustment.requested': example('adjustment.requested', 'adr-2', {
    reason: 'found',
    actor: 'j.doe',
    lines: [{ sku: '10002', delta: 1, expectedOnHand: 37 }],
  }),
  'order.placed': example('order.placed', 'order:SO-1001', {
    order: 'SO-1001',
    customer: 'C-77',
    promisedShipBy: '2026-11-23T17:00:00Z',
    policy: 'PARTIAL',
    lines: [{ line: 1, sku: '10002', quantity: 3 }],
  }),
  'order.amended': example('order.amended', 'amend-1', { order: 'SO-1001', lines: [{ line: 1, sku: '10002', quantity: 2 }] }),
  'order.cancelled': example('order.cancelled', 'cancel-1', { order: 'SO-1001', lines: [1], reason: 'not wanted any more' }),
  'order.held': example('order.held', 'hold-1', { order: 'SO-1001', reason: 'address to be checked' }),
  'order.holdReleased': example('order.holdReleased', 'unhold-1', { order: 'SO-1001' }),
  'reservation.requested': example('reservation.requested', 'res-9', {
    reservation: 'BASKET-9',
    expiresAt: '2026-11-22T13:34:05Z',
    lines: [{ sku: '10002', quantity: 2 }],
  }),
  'reservation.released': example('reservation.released', 'unres-9', { reservation: 'BASKET-9' }),
  'reservation.extended': example('reservation.extended', 'ext-9', { reservation: 'BASKET-9', expiresAt: '2026-11-22T14:04:05Z' }),
  'event.voided': example('event.voided', 'void-1', { source: '/wms/dc-1', id: 'ship-981', reason: 'did_not_occur', actor: 'j.doe' }),
};

function example(name: DoorEventName, id: string, data: Record<string, unknown>): CloudEventSent {
  return { specversion: '1.0', id, source: '/wms/dc-1', type: `quayside.${name}.v1`, time: '2026-11-22T13:04:05Z', data: { location: 'DC-1', ...data } };
}
