import type { ExceptionKind, Quantity, StockShipped } from '@quayside/contracts';
import type { Place } from '../historyRecord.js';
import { byLine, newOrderLine, openOf, type OrderDemandLine } from './demand.js';
import { identityKey } from './factOrder.js';
import type { Early, EarlyGoods, OrderState } from './orderState.js';
import type { PromiseBook, Wanted } from './promiseBook.js';
import { type ConsumedPart, holdsSomething, type ReservationModel } from './reservationModel.js';

/** Exceptions that have to stand beside the effect. */
export interface Handled {
  readonly raises: readonly ExceptionKind[];
}

/** What a shipment or a return did to an order: what its void takes back. */
export interface ShipmentMemory {
  readonly order: OrderState;
  readonly parts: { readonly line: OrderDemandLine; readonly quantity: Quantity }[];
  readonly fromReservations: ConsumedPart[];
}

interface Books {
  readonly book: PromiseBook;
  readonly reservations: ReservationModel;
}

export function handleShipment({ book, reservations }: Books, memory: ShipmentMemory, event: StockShipped): Handled {
  const { order } = memory;
  const raises: ExceptionKind[] = [];
  for (const { line, sku, quantity } of event.lines) {
    const goods: EarlyGoods = { identity: identityKey(event), line: line ?? null, sku, quantity };
    const own = order.early === null ? takePromised(book, memory, goods) : 0;
    const parts = reservations.consume({ location: order.location, order: order.name, sku }, quantity - own);
    memory.fromReservations.push(...parts);
    if (order.early !== null) {
      order.early.shipped.push(goods);
      continue;
    }
    const fromReservations = parts.reduce((sum, part) => sum + part.quantity, 0);
    if (own + fromReservations < quantity) raises.push('UNRESERVED_SHIPMENT');
    raises.push(...takeUnpromised(book, memory, { ...goods, quantity: quantity - own }));
  }
  return { raises };
}

/** The lines that a shipped or returned line is about: the one it names where that has its sku, else all of its sku, else a new one. */
function linesFor(order: OrderState, { line: number, sku }: { readonly line: number | null; readonly sku: string }): OrderDemandLine[] {
  const ofSku = order.lines.filter((line) => line.sku === sku).sort(byLine);
  const named = ofSku.filter(({ line }) => line === number);
  if (named.length > 0) return named;
  if (ofSku.length > 0) return ofSku;
  const added = newOrderLine(Math.max(0, ...order.lines.map(({ line }) => line)) + 1, sku);
  order.lines.push(added);
  return [added];
}

function takePromised(book: PromiseBook, { order, parts }: ShipmentMemory, goods: EarlyGoods): Quantity {
  let taken = 0;
  for (const line of linesFor(order, goods)) {
    const quantity = Math.min(goods.quantity - taken, line.active);
    book.consume(order, line, quantity);
    line.shipped += quantity;
    parts.push({ line, quantity });
    taken += quantity;
  }
  return taken;
}

/** First from what waits, then from what is open; beyond that the last of the lines is overshipped. */
function takeUnpromised(book: PromiseBook | null, { order, parts }: ShipmentMemory, goods: EarlyGoods): ExceptionKind[] {
  let left = goods.quantity;
  const lines = linesFor(order, goods);
  const take = (line: OrderDemandLine, quantity: Quantity): void => {
    line.shipped += quantity;
    parts.push({ line, quantity });
    left -= quantity;
  };
  for (const line of lines) {
    const waiting = Math.min(left, line.backordered);
    book?.withdraw(line, waiting);
    take(line, waiting);
  }
  for (const line of lines) take(line, Math.min(left, openOf(line)));
  const last = lines.at(-1);
  if (left === 0 || last === undefined) return [];
  last.overshipped += left;
  take(last, left);
  return ['OVERSHIPPED'];
}

/** What came before the order joins it: shipped first, so that a cancelled order keeps what had left; what names its line before what is spread. */
export function handOverEarly(
  order: OrderState,
  early: Early,
  memories: { readonly shipments: ReadonlyMap<string, ShipmentMemory>; readonly returns: ReadonlyMap<string, ShipmentMemory> },
): Handled {
  const raises: ExceptionKind[] = [];
  for (const goods of namedFirst(order, early.shipped)) {
    const memory = memories.shipments.get(goods.identity);
    if (memory !== undefined) raises.push(...takeUnpromised(null, memory, goods));
  }
  for (const goods of namedFirst(order, early.returned)) {
    const memory = memories.returns.get(goods.identity);
    if (memory !== undefined) raises.push(...takeReturned(order, [goods], memory).raises);
  }
  return { raises };
}

function namedFirst(order: OrderState, goods: readonly EarlyGoods[]): EarlyGoods[] {
  const isNamed = ({ line, sku }: EarlyGoods): boolean => order.lines.some((each) => each.line === line && each.sku === sku);
  return [...goods.filter(isNamed), ...goods.filter((each) => !isNamed(each))];
}

/** The void of a shipment: the promise is given back up to what was consumed, the rest asks again by the policy. Of a cancelled line nothing is wanted again. */
export function giveBack(
  book: PromiseBook,
  { order, parts, fromReservations }: ShipmentMemory,
  { identity, at }: { readonly identity: string; readonly at: Place },
): void {
  if (order.early !== null) order.early.shipped = order.early.shipped.filter((goods) => goods.identity !== identity);
  const again: Wanted[] = [];
  for (const { line, quantity } of together(parts)) {
    const overshipped = Math.min(quantity, line.overshipped);
    line.shipped -= quantity;
    line.overshipped -= overshipped;
    const back = quantity - overshipped;
    const promised = Math.min(back, line.consumed);
    if (line.cancelled > 0) {
      line.cancelled += back;
      line.consumed -= promised;
      line.released += promised;
      continue;
    }
    book.restore(order, line, promised);
    if (back > promised) again.push({ line, quantity: back - promised });
  }
  for (const part of fromReservations) {
    const { reservation, line, quantity } = part;
    // Given up by its owner, or taken over by the order when that was placed: it holds nothing again.
    const isOver = line.released + line.withdrawn + line.expired > 0 || (order.early === null && reservation.place < order.place);
    if (!isOver) restoreReservation(book, part, at);
    else {
      line.consumed -= quantity;
      line.released += quantity;
    }
  }
  if (again.length > 0) book.ask(order, again);
}

/** An expiry that had nothing left to act on stands again, as of the void. */
function restoreReservation(book: PromiseBook, { reservation, line, quantity }: ConsumedPart, at: Place): void {
  const wasEmpty = !holdsSomething(reservation);
  book.restore(reservation, line, quantity);
  if (wasEmpty && reservation.expiresAt !== null) reservation.expiryOffset = at.offset;
}

function together(parts: ShipmentMemory['parts']): ShipmentMemory['parts'] {
  const sums = new Map<OrderDemandLine, Quantity>();
  for (const { line, quantity } of parts) sums.set(line, (sums.get(line) ?? 0) + quantity);
  return [...sums].map(([line, quantity]) => ({ line, quantity })).sort((a, b) => byLine(a.line, b.line));
}

/** Comes back to the lines it was shipped for; what is beyond, to the last of them. */
export function takeReturned(order: OrderState, goods: readonly EarlyGoods[], memory: ShipmentMemory): Handled {
  let isBeyond = false;
  for (const { line: number, sku, quantity } of goods) {
    let left = quantity;
    const lines = linesFor(order, { line: number, sku });
    for (const line of lines) {
      const part = Math.max(0, Math.min(left, line.shipped - line.returned));
      line.returned += part;
      memory.parts.push({ line, quantity: part });
      left -= part;
    }
    const last = lines.at(-1);
    if (left === 0 || last === undefined) continue;
    last.returned += left;
    memory.parts.push({ line: last, quantity: left });
    isBeyond = true;
  }
  return { raises: isBeyond ? ['RETURN_BEYOND_SHIPPED'] : [] };
}
