import {
  assertNever,
  type AdjustmentRequested,
  type Bucket,
  type DeltaLine,
  type DispositionChanged,
  type HopStockIn,
  type MovementKind,
  type QuantityLine,
  type StockEvent,
} from '@quayside/contracts';
import type { Booking } from './movement.js';

/** Events whose lines say by how much a bucket changes. */
export type BookedEvent = StockEvent | HopStockIn | AdjustmentRequested;

/**
 * What each line of an event does to its bucket (domain.md, "Events"). A line's own bucket wins over the event's
 * `condition`; without either, goods are sellable, and returned goods wait for inspection.
 */
export function bookingsOf(event: BookedEvent): Booking[] {
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
    case 'stock.dispositionChanged':
      return event.lines.flatMap((line) => dispositionBookings(event, line));
    case 'stock.adjusted':
    case 'adjustment.requested':
      return event.lines.map(deltaBooking);
    default:
      return assertNever(event);
  }
}

/** The order, shipment or paper that an event names, most specific first; null when it names none. */
export function documentOf(event: BookedEvent): string | null {
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
    case 'adjustment.requested':
      return event.document ?? null;
    case 'stock.dispositionChanged':
      return null;
    default:
      return assertNever(event);
  }
}

/** Why, where the event says so. */
export const reasonOf = (event: BookedEvent): string | null => ('reason' in event ? (event.reason ?? null) : null);

/** The order whose goods they are; null where the event names none. */
export const orderOf = (event: BookedEvent): string | null =>
  event.name === 'stock.shipped' || event.name === 'stock.returned' ? (event.order ?? null) : null;

function quantityBooking(kind: MovementKind, line: QuantityLine, how: { sign: 1 | -1; bucket: Bucket }): Booking {
  return { kind, sku: line.sku, lot: line.lot ?? null, bucket: line.bucket ?? how.bucket, delta: how.sign * line.quantity, orderLine: null };
}

function dispositionBookings({ from, to }: DispositionChanged, { sku, lot: named, quantity }: QuantityLine): Booking[] {
  const kind = 'DISPOSITION_CHANGED';
  const lot = named ?? null;
  return [
    { kind, sku, lot, bucket: from, delta: -quantity, orderLine: null },
    { kind, sku, lot, bucket: to, delta: quantity, orderLine: null },
  ];
}

function deltaBooking(line: DeltaLine): Booking {
  return { kind: 'ADJUSTED', sku: line.sku, lot: line.lot ?? null, bucket: line.bucket ?? 'sellable', delta: line.delta, orderLine: null };
}
