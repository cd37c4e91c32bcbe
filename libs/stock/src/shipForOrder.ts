import { openQuantity, type EarlyQuantity, type Order, type OrderLine, type Quantity } from '@quayside/contracts';
import type { Draft } from './draft.js';
import { announcedOrder, claimOf, newLine, withLines } from './orderLines.js';
import { end, withdraw } from './promises.js';

/** Goods that left, or came back, for an order. `line` is the order's line, where the fact names one. */
interface GoodsLine {
  readonly line?: number;
  readonly sku: string;
  readonly quantity: Quantity;
}
interface Goods {
  readonly number: string;
  readonly lines: readonly GoodsLine[];
}

/** How much of a line of goods went to which line of the order; null: not known yet. */
export interface OrderPart {
  readonly orderLine: number | null;
  readonly quantity: Quantity;
}

/**
 * The order follows the physical truth: what is reserved first, then what waits, then what is open, then beyond what it
 * asked for. Returns the parts of each line of goods.
 */
export function shipForOrder(draft: Draft, location: string, { number, lines }: Goods): OrderPart[][] {
  let order = draft.order(location, number) ?? announcedOrder(location, number);
  const { early } = order;
  if (early !== null) {
    // The order has not come; what was held for it is used all the same.
    for (const { sku, quantity } of lines) consumeAttached(draft, order, { sku, quantity });
    draft.keepOrder({ ...order, early: { ...early, shipped: [...early.shipped, ...lines.map((goods) => earlyGoods(draft, goods))] } });
    return lines.map(asSent);
  }
  const parts = lines.map((goods) => {
    const before = order;
    order = shipLine(draft, order, goods);
    return partsOf(before, order, (line) => line.shipped);
  });
  draft.keepOrder(order);
  return parts;
}

export function returnForOrder(draft: Draft, location: string, { number, lines }: Goods): OrderPart[][] {
  let order = draft.order(location, number) ?? announcedOrder(location, number);
  const { early } = order;
  if (early !== null) {
    draft.keepOrder({ ...order, early: { ...early, returned: [...early.returned, ...lines.map((goods) => earlyGoods(draft, goods))] } });
    return lines.map(asSent);
  }
  const parts = lines.map((goods) => {
    const before = order;
    order = returnLine(draft, order, goods);
    return partsOf(before, order, (line) => line.returned);
  });
  draft.keepOrder(order);
  return parts;
}

const asSent = ({ line, quantity }: GoodsLine): OrderPart[] => [{ orderLine: line ?? null, quantity }];

/** By how much each line has grown. */
function partsOf(before: Order, after: Order, pick: (line: OrderLine) => Quantity): OrderPart[] {
  const was = new Map(before.lines.map((line) => [line.line, pick(line)]));
  return after.lines.map((line) => ({ orderLine: line.line, quantity: pick(line) - (was.get(line.line) ?? 0) })).filter(({ quantity }) => quantity !== 0);
}

const earlyGoods = ({ cause }: Draft, { line, sku, quantity }: GoodsLine): EarlyQuantity => ({ ...cause, line: line ?? null, sku, quantity });

/** Goods that moved before the order was placed find their lines: those that name one first, the others take what is left. */
export function joinEarly(draft: Draft, order: Order, { goods, kind }: { goods: readonly EarlyQuantity[]; kind: 'shipped' | 'returned' }): Order {
  const isNamed = ({ line, sku }: EarlyQuantity): boolean => order.lines.some((each) => each.line === line && each.sku === sku);
  let joined = order;
  for (const { line, sku, quantity, source, id } of [...goods].sort((a, b) => Number(isNamed(b)) - Number(isNamed(a)))) {
    const before = joined;
    const sent = { sku, quantity, ...(line === null ? {} : { line }) };
    joined = kind === 'shipped' ? shipLine(draft, joined, { ...sent, isEarly: true }) : returnLine(draft, joined, sent);
    const parts = partsOf(before, joined, (each) => each[kind]).map((part) => ({ source, id, line: part.orderLine ?? 0, sku, quantity: part.quantity }));
    joined = { ...joined, joined: [...joined.joined, ...parts] };
  }
  return joined;
}

/** `isEarly`: it left before the order was known, and used then what was held for the order. */
export function shipLine(draft: Draft, order: Order, { line: number, sku, quantity, isEarly = false }: GoodsLine & { readonly isEarly?: boolean }): Order {
  const candidates = linesFor(draft, order, { number, sku });
  let rest = quantity;
  const spread = (each: OrderLine, most: Quantity, ship: (line: OrderLine, part: Quantity) => OrderLine): OrderLine => {
    const part = Math.min(rest, most);
    if (part <= 0) return each;
    rest -= part;
    return ship({ ...each, shipped: each.shipped + part }, part);
  };
  let lines = candidates.map((each) => spread(each, each.active, (line, part) => end(draft, claimOf(order, line), { line, quantity: part, kind: 'CONSUMED' })));
  const unreserved = rest;
  const held = isEarly ? 0 : consumeAttached(draft, order, { sku, quantity: rest });
  lines = lines.map((each) => spread(each, each.backordered, (line, part) => withdraw(draft, claimOf(order, line), { line, quantity: part })));
  lines = lines.map((each) => spread(each, openQuantity(each), (line) => line));
  const within = unreserved - rest - held;
  if (within > 0 && !isEarly) draft.note('UNRESERVED_SHIPMENT', `${within} of ${sku} shipped for order ${order.number} were not reserved for it`, sku);
  return withLines(order, rest > 0 ? overship(draft, order, { lines, sku, quantity: rest }) : lines);
}

/** Beyond what the order still asks for: on its last line of the sku, or on a new one that nobody ordered. */
function overship(draft: Draft, order: Order, { lines, sku, quantity }: { lines: readonly OrderLine[]; sku: string; quantity: Quantity }): OrderLine[] {
  const last = lines[lines.length - 1] ?? newLine(freeNumber(order), sku, 0);
  const kind = last.cancelled > 0 ? 'SHIPPED_AFTER_CANCEL' : 'OVERSHIPPED';
  draft.note(kind, `${quantity} of ${sku} shipped for order ${order.number} beyond what it asks for`, sku);
  return [...lines.slice(0, -1), { ...last, shipped: last.shipped + quantity, overshipped: last.overshipped + quantity }];
}

function returnLine(draft: Draft, order: Order, { line: number, sku, quantity }: GoodsLine): Order {
  const candidates = linesFor(draft, order, { number, sku });
  let rest = quantity;
  const lines = candidates.map((each) => {
    const part = Math.min(rest, Math.max(0, each.shipped - each.returned));
    rest -= part;
    return { ...each, returned: each.returned + part };
  });
  if (rest === 0) return withLines(order, lines);
  const last = lines[lines.length - 1] ?? newLine(freeNumber(order), sku, 0);
  draft.note('RETURN_BEYOND_SHIPPED', `${rest} of ${sku} came back for order ${order.number} beyond what was shipped for it`, sku);
  return withLines(order, [...lines.slice(0, -1), { ...last, returned: last.returned + rest }]);
}

/** The named line where it is one of the sku, else all lines of the sku. */
function linesFor(draft: Draft, order: Order, { number, sku }: { number: number | undefined; sku: string }): OrderLine[] {
  const named = order.lines.find(({ line }) => line === number);
  if (named?.sku === sku) return [named];
  if (number !== undefined) draft.note('UNKNOWN_LINE', `Order ${order.number} has no line ${number} of ${sku}`, sku);
  return order.lines.filter((line) => line.sku === sku);
}

const freeNumber = (order: Order): number => Math.max(0, ...order.lines.map(({ line }) => line)) + 1;

/** Reservations that name the order hold stock for it too; returns how much of them was used. */
function consumeAttached(draft: Draft, order: Order, { sku, quantity }: { sku: string; quantity: Quantity }): Quantity {
  if (quantity === 0) return 0;
  let rest = quantity;
  for (const reservation of draft.attachedTo(order.location, order.number)) {
    const lines = reservation.lines.map((line) => {
      const part = line.sku === sku ? Math.min(rest, line.active) : 0;
      if (part === 0) return line;
      rest -= part;
      const claim = { location: order.location, sku, line: line.line, orderNumber: null, reference: reservation.reference };
      return end(draft, claim, { line, quantity: part, kind: 'CONSUMED' });
    });
    if (lines.some((line, index) => line !== reservation.lines[index])) draft.keepReservation({ ...reservation, lines });
  }
  return quantity - rest;
}
