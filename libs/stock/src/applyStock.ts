import { onHand, type AdjustmentRequested, type HopStockIn, type StockEvent } from '@quayside/contracts';
import { book } from './book.js';
import { bookingsOf, documentOf, orderOf, reasonOf, type BookedEvent } from './bookingsOf.js';
import type { Decision } from './decision.js';
import { DONE } from './decision.js';
import type { Draft } from './draft.js';
import { hopOfMove } from './hops.js';
import type { Booking } from './movement.js';
import { returnForOrder, shipForOrder } from './shipForOrder.js';

/** Facts: applied whatever they say; an order that they name follows, and its lines stand on their rows. */
export function applyStock(event: StockEvent | HopStockIn, draft: Draft, hash: string): Decision {
  bookRows(event, draft, bookingsFor(event, draft));
  if (event.name === 'stock.moved') draft.hops.push(hopOfMove(event, draft, hash));
  return DONE;
}

function bookingsFor(event: StockEvent | HopStockIn, draft: Draft): Booking[] {
  const bookings = bookingsOf(event);
  if ((event.name !== 'stock.shipped' && event.name !== 'stock.returned') || event.order === undefined) return bookings;
  const goods = { number: event.order, lines: event.lines };
  const parts = event.name === 'stock.shipped' ? shipForOrder(draft, event.location, goods) : returnForOrder(draft, event.location, goods);
  return bookings.flatMap((booking, index) =>
    (parts[index] ?? []).map(({ orderLine, quantity }) => ({ ...booking, orderLine, delta: Math.sign(booking.delta) * quantity })),
  );
}

/** A command: it takes effect whole where every level is what the caller believes, else it is refused with what is true. */
export function applyAdjustmentRequest(event: AdjustmentRequested, draft: Draft): Decision {
  const current = [...new Set(event.lines.map(({ sku }) => sku))].map((sku) => ({ sku, onHand: onHand(draft.level(event.location, sku)) }));
  const truth = new Map(current.map(({ sku, onHand: found }) => [sku, found]));
  if (event.lines.some(({ sku, expectedOnHand }) => truth.get(sku) !== expectedOnHand)) {
    return { verdict: 'STALE', detail: 'Something has changed since you looked: read again and decide', current, shortBy: [] };
  }
  bookRows(event, draft, bookingsOf(event));
  return DONE;
}

function bookRows(event: BookedEvent, draft: Draft, bookings: readonly Booking[]): void {
  const { location } = event;
  const { source, id } = draft.cause;
  // Of a hop, its cause's: rows of both ends stand at the same place.
  const place = { source, id, occurredAt: draft.at.occurredAt, sequence: event.sequence };
  const [reason, document, orderNumber] = [reasonOf(event), documentOf(event), orderOf(event)];
  // Field by field: this runs for every row, and spreading two objects into one costs more than booking it.
  for (const { kind, sku, lot, bucket, delta, orderLine } of bookings) {
    book(draft, { kind, location, sku, lot, bucket, delta, place, by: null, reason, document, orderNumber, orderLine });
  }
}
