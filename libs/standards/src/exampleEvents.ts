import type { CloudEventSent, StockEventName } from '@quayside/contracts';

/** One whole, valid event of each kind, as a warehouse would send it: for tests and for showing callers what is expected. */
export const EXAMPLE_EVENTS: Readonly<Record<StockEventName, CloudEventSent>> = {
  'stock.received': example('stock.received', 'rcv-17', {
    purchaseOrder: 'PO-7',
    lines: [{ line: 1, sku: '10002', quantity: 40, lot: 'L-1', expiresAt: '2027-03-31' }],
  }),
  'stock.shipped': example('stock.shipped', 'ship-981', { order: 'SO-1001', lines: [{ line: 1, sku: '10002', quantity: 3 }] }),
  'stock.adjusted': example('stock.adjusted', 'adj-5', { reason: 'damaged', lines: [{ sku: '10002', delta: -2 }] }),
  'stock.returned': example('stock.returned', 'ret-3', { order: 'SO-1001', condition: 'inspection', lines: [{ sku: '10002', quantity: 1 }] }),
  'stock.moved': example('stock.moved', 'mov-8', { to: 'DC-2', lines: [{ sku: '10002', quantity: 5 }] }),
};

function example(name: StockEventName, id: string, data: Record<string, unknown>): CloudEventSent {
  return { specversion: '1.0', id, source: '/wms/dc-1', type: `quayside.${name}.v1`, time: '2026-11-22T13:04:05Z', data: { location: 'DC-1', ...data } };
}
