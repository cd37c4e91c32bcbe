import type { EventIdentity, Instant, OrderEvent, OrderPlaced, Quantity, StockReturned, StockShipped } from '@quayside/contracts';
import type { Place } from '../historyRecord.js';
import { byLine, newOrderLine, openOf, type OrderDemandLine } from './demand.js';
import { identityKey } from './factOrder.js';
import { giveBack, type Handled, handleShipment, handOverEarly, type ShipmentMemory, takeReturned } from './orderGoods.js';
import { isOrder, newEarly, newOrder, type OrderState } from './orderState.js';
import type { PromiseBook, Wanted } from './promiseBook.js';
import type { ReservationModel } from './reservationModel.js';

/** Orders and what is shipped and returned for them, in the order of the log. */
export class OrderModel {
  private readonly shipments = new Map<string, ShipmentMemory>();
  private readonly returns = new Map<string, ShipmentMemory>();

  constructor(
    private readonly book: PromiseBook,
    private readonly reservations: ReservationModel,
  ) {}

  all(): OrderState[] {
    return this.book.holders.filter(isOrder);
  }

  apply(event: OrderEvent, at: Place): Handled {
    const order = this.findOrBegin(event.location, event.order);
    switch (event.name) {
      case 'order.placed':
        return order.placedAt === null ? this.place(order, event, at) : { raises: ['ALREADY_EXISTS'] };
      case 'order.amended':
        this.amendPromises(order, event);
        if (order.early === null) return this.amend(order, event.lines ?? []);
        for (const { line, sku, quantity } of event.lines ?? []) order.early.amended.set(line, { sku, quantity });
        return { raises: [] };
      case 'order.cancelled':
        return this.cancel(order, event.lines);
      case 'order.held':
        order.isHeld = true;
        return { raises: [] };
      case 'order.holdReleased':
        order.isHeld = false;
        return { raises: [] };
    }
  }

  ship(event: StockShipped): Handled {
    if (event.order === undefined) return { raises: [] };
    const order = this.findOrBegin(event.location, event.order);
    const memory: ShipmentMemory = { order, parts: [], fromReservations: [] };
    this.shipments.set(identityKey(event), memory);
    return handleShipment({ book: this.book, reservations: this.reservations }, memory, event);
  }

  return(event: StockReturned): Handled {
    if (event.order === undefined) return { raises: [] };
    const order = this.findOrBegin(event.location, event.order);
    const memory: ShipmentMemory = { order, parts: [], fromReservations: [] };
    this.returns.set(identityKey(event), memory);
    const goods = event.lines.map(({ line, sku, quantity }) => ({ identity: identityKey(event), line: line ?? null, sku, quantity }));
    if (order.early === null) return takeReturned(order, goods, memory);
    order.early.returned.push(...goods);
    return { raises: [] };
  }

  /** Undoes what a shipment or a return did to its order; nothing for other facts. */
  takeBack(target: EventIdentity, at: Place): void {
    const key = identityKey(target);
    const shipment = this.shipments.get(key);
    if (shipment !== undefined) giveBack(this.book, shipment, { identity: key, at });
    const returned = this.returns.get(key);
    if (returned === undefined) return;
    const { early } = returned.order;
    if (early !== null) early.returned = early.returned.filter(({ identity }) => identity !== key);
    for (const { line, quantity } of returned.parts) line.returned -= quantity;
  }

  private place(order: OrderState, event: OrderPlaced, at: Place): Handled {
    const early = order.early ?? newEarly();
    Object.assign(order, {
      source: event.source,
      placedAt: event.occurredAt,
      place: at.offset,
      policy: event.policy ?? 'BACKORDER',
      promisedShipBy: early.promisedShipBy ?? event.promisedShipBy ?? null,
      promisedDeliverBy: early.promisedDeliverBy ?? event.promisedDeliverBy ?? null,
      early: null,
    });
    const asked = new Map(event.lines.map(({ line, sku, quantity }) => [line, { sku, quantity }]));
    for (const [line, amended] of early.amended) asked.set(line, amended);
    for (const [line, { sku, quantity }] of asked) order.lines.push({ ...newOrderLine(line, sku), ordered: quantity });
    order.lines.sort(byLine);
    const handled = handOverEarly(order, early, { shipments: this.shipments, returns: this.returns });
    for (const line of order.lines) if (early.isCancelled || early.cancelledLines.has(line.line)) line.cancelled += openOf(line);
    this.reservations.handOver(order.location, order.name);
    this.book.ask(order, openLines(order));
    return handled;
  }

  private amendPromises(order: OrderState, event: { readonly promisedShipBy?: Instant; readonly promisedDeliverBy?: Instant }): void {
    const holder = order.early ?? order;
    if (event.promisedShipBy !== undefined) holder.promisedShipBy = event.promisedShipBy;
    if (event.promisedDeliverBy !== undefined) holder.promisedDeliverBy = event.promisedDeliverBy;
  }

  /** One wish: what is given up goes first, then all that is asked for more. */
  private amend(order: OrderState, lines: readonly { readonly line: number; readonly sku: string; readonly quantity: Quantity }[]): Handled {
    const more: Wanted[] = [];
    const isMeant = ({ line, sku }: { readonly line: number; readonly sku: string }): boolean =>
      order.lines.every((each) => each.line !== line || each.sku === sku);
    for (const wish of lines.filter(isMeant).sort((a, b) => a.line - b.line)) {
      const line = order.lines.find((each) => each.line === wish.line) ?? addLine(order, wish);
      const difference = wish.quantity - line.ordered;
      if (difference > 0) {
        // More of a line that was cancelled: all of it is wanted again.
        more.push({ line, quantity: difference + line.cancelled });
        line.ordered += difference;
        line.cancelled = 0;
      } else this.lower(order, line, -difference);
    }
    this.book.ask(order, more);
    return { raises: lines.every(isMeant) ? [] : ['UNKNOWN_LINE'] };
  }

  /** What nobody holds goes first: what waits, what is open, what was refused, what was cancelled; then what is held. Never below what is shipped. */
  private lower(order: OrderState, line: OrderDemandLine, by: Quantity): void {
    let left = by;
    const part = (most: Quantity): Quantity => {
      const taken = Math.min(left, most);
      left -= taken;
      line.ordered -= taken;
      return taken;
    };
    this.book.withdraw(line, part(line.backordered));
    part(openOf(line));
    const refused = part(line.rejected);
    line.rejected -= refused;
    line.withdrawn += refused;
    line.cancelled -= part(line.cancelled);
    this.book.release(order, line, part(line.active));
  }

  private cancel(order: OrderState, numbers: readonly number[] | undefined): Handled {
    if (order.early !== null) {
      if (numbers === undefined) order.early.isCancelled = true;
      else for (const number of numbers) order.early.cancelledLines.add(number);
      return { raises: [] };
    }
    for (const line of order.lines.filter((each) => numbers === undefined || numbers.includes(each.line))) {
      line.cancelled += openOf(line) + line.backordered + line.active;
      this.book.withdraw(line, line.backordered);
      this.book.release(order, line, line.active);
    }
    const isUnknown = (numbers ?? []).some((number) => !order.lines.some(({ line }) => line === number));
    return { raises: isUnknown ? ['UNKNOWN_LINE'] : [] };
  }

  private findOrBegin(location: string, name: string): OrderState {
    const found = this.all().find((each) => each.location === location && each.name === name);
    if (found !== undefined) return found;
    const begun = newOrder(location, name);
    this.book.holders.push(begun);
    return begun;
  }
}

const openLines = (order: OrderState): Wanted[] => order.lines.map((line) => ({ line, quantity: openOf(line) })).filter(({ quantity }) => quantity > 0);

function addLine(order: OrderState, { line, sku }: { readonly line: number; readonly sku: string }): OrderDemandLine {
  const added = newOrderLine(line, sku);
  order.lines.push(added);
  order.lines.sort(byLine);
  return added;
}
