import { assertNever, type Bucket, type DeltaLine, type HopStockIn, type MovementKind, type QuantityLine, type StockEvent } from '@quayside/contracts';
import type { Booking } from './movement.js';

/**
 * What each line of an event does to its bucket (domain.md, "Events"). A line's own bucket wins over the event's
 * `condition`; without either, goods are sellable, and returned goods wait for inspection.
 */
export function bookingsOf(event: StockEvent | HopStockIn): Booking[] {
  switch (event.name) {
    case 'stock.received':
      return event.lines.map((line) => quantityBooking('RECEIVED', line, { sign: 1, bucket: event.condition ?? 'sellable' }));
    case 'stock.shipped':
      return event.lines.map((line) => quantityBooking('SHIPPED', line, { sign: -1, bucket: 'sellable' }));
    case 'stock.moved':
      return event.lines.map((line) => quantityBooking('MOVED', line, { sign: -1, bucket: 'sellable' }));
    case 'hop.stockIn':
      return event.lines.map((line) => quantityBooking('MOVED', line, { sign: 1, bucket: 'sellable' }));
    case 'stock.returned':
      return event.lines.map((line) => quantityBooking('RETURNED', line, { sign: 1, bucket: event.condition ?? 'inspection' }));
    case 'stock.adjusted':
      return event.lines.map(deltaBooking);
    default:
      return assertNever(event);
  }
}

/** The order, shipment or paper that an event names, most specific first; null when it names none. */
export function documentOf(event: StockEvent | HopStockIn): string | null {
  switch (event.name) {
    case 'stock.received':
      return event.shipment ?? event.purchaseOrder ?? null;
    case 'stock.shipped':
      return event.order ?? event.shipment ?? null;
    case 'stock.returned':
      return event.order ?? null;
    case 'stock.moved':
    case 'hop.stockIn':
    case 'stock.adjusted':
      return event.document ?? null;
    default:
      return assertNever(event);
  }
}

/** Why, where the event says so. */
export function reasonOf(event: StockEvent | HopStockIn): string | null {
  return event.name === 'stock.adjusted' || event.name === 'stock.returned' ? (event.reason ?? null) : null;
}

function quantityBooking(kind: MovementKind, line: QuantityLine, how: { sign: 1 | -1; bucket: Bucket }): Booking {
  return { kind, sku: line.sku, lot: line.lot ?? null, bucket: line.bucket ?? how.bucket, delta: how.sign * line.quantity };
}

function deltaBooking(line: DeltaLine): Booking {
  return { kind: 'ADJUSTED', sku: line.sku, lot: line.lot ?? null, bucket: line.bucket ?? 'sellable', delta: line.delta };
}
