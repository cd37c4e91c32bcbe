import { openQuantity, type EarlyFacts, type EarlyQuantity, type JoinedGoods, type Order, type OrderLine, type Quantity } from '@quayside/contracts';
import type { Draft } from './draft.js';
import { announcedOrder, claimOf, newLine } from './orderLines.js';
import { end, withdraw } from './promises.js';
import { WorkingOrder } from './workingOrder.js';

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

/** Goods remembered for an order that has not been placed: as many as an event has lines. A number that no order will ever have must not grow for ever. */
const EARLY_GOODS_MAX = 5_000;

/**
 * The order follows the physical truth: what is reserved first, then what waits, then what is open, then beyond what it
 * asked for. Returns the parts of each line of goods.
 */
export function shipForOrder(draft: Draft, location: string, { number, lines }: Goods): OrderPart[][] {
  const order = draft.order(location, number) ?? announcedOrder(location, number);
  const { early } = order;
  if (early !== null) {
    // The order has not come; what was held for it is used all the same.
    for (const { sku, quantity } of lines) consumeAttached(draft, order, { sku, quantity });
    return rememberEarly(draft, order, { early, kind: 'shipped', lines });
  }
  const working = new WorkingOrder(order);
  const parts = lines.map((goods) => shipLine(draft, working, goods));
  draft.keepOrder(working.finish());
  return parts;
}

export function returnForOrder(draft: Draft, location: string, { number, lines }: Goods): OrderPart[][] {
  const order = draft.order(location, number) ?? announcedOrder(location, number);
  const { early } = order;
  if (early !== null) return rememberEarly(draft, order, { early, kind: 'returned', lines });
  const working = new WorkingOrder(order);
  const parts = lines.map((goods) => returnLine(draft, working, goods));
  draft.keepOrder(working.finish());
  return parts;
}

function rememberEarly(
  draft: Draft,
  order: Order,
  { early, kind, lines }: { early: EarlyFacts; kind: 'shipped' | 'returned'; lines: readonly GoodsLine[] },
): OrderPart[][] {
  const goods = lines.map(({ line, sku, quantity }): EarlyQuantity => ({ ...draft.cause, line: line ?? null, sku, quantity }));
  const remembered = [...early[kind], ...goods].slice(0, EARLY_GOODS_MAX);
  if (remembered.length < early[kind].length + goods.length) {
    draft.note(
      'UNKNOWN_LINE',
      `Order ${order.number} was never placed, and ${EARLY_GOODS_MAX} lines of goods wait for it already: these will not be joined to it`,
    );
  }
  draft.keepOrder({ ...order, early: { ...early, [kind]: remembered } });
  return lines.map(({ line, quantity }) => [{ orderLine: line ?? null, quantity }]);
}

/** Goods that moved before the order was placed find their lines: those that name one first, the others take what is left. */
export function joinEarly(draft: Draft, order: Order, { goods, kind }: { goods: readonly EarlyQuantity[]; kind: 'shipped' | 'returned' }): Order {
  if (goods.length === 0) return order;
  const working = new WorkingOrder(order);
  const isNamed = ({ line, sku }: EarlyQuantity): boolean => line !== null && working.find(line)?.sku === sku;
  const [named, others] = [goods.filter(isNamed), goods.filter((each) => !isNamed(each))];
  const joined: JoinedGoods[] = [];
  for (const { line, sku, quantity, source, id } of [...named, ...others]) {
    const sent = { sku, quantity, ...(line === null ? {} : { line }) };
    const parts = kind === 'shipped' ? shipLine(draft, working, { ...sent, isEarly: true }) : returnLine(draft, working, sent);
    joined.push(...parts.map((part) => ({ source, id, line: part.orderLine, sku, quantity: part.quantity })));
  }
  working.putHeader({ joined: [...order.joined, ...joined] });
  return working.finish();
}

/** A part whose line is known. */
type LinePart = OrderPart & { readonly orderLine: number };

/** `isEarly`: it left before the order was known, and used then what was held for the order. */
function shipLine(
  draft: Draft,
  working: WorkingOrder,
  { line: number, sku, quantity, isEarly = false }: GoodsLine & { readonly isEarly?: boolean },
): LinePart[] {
  const order = working.header;
  const numbers = linesFor(draft, working, { number, sku });
  const parts = new Map<number, Quantity>();
  let rest = quantity;
  const spread = (most: (line: OrderLine) => Quantity, ship: (line: OrderLine, part: Quantity) => OrderLine): void => {
    for (const each of numbers) {
      const line = working.find(each);
      const part = line === undefined ? 0 : Math.min(rest, most(line));
      if (line === undefined || part <= 0) continue;
      rest -= part;
      parts.set(each, (parts.get(each) ?? 0) + part);
      working.put(ship({ ...line, shipped: line.shipped + part }, part));
    }
  };
  spread(
    (line) => line.active,
    (line, part) => end(draft, claimOf(order, line), { line, quantity: part, kind: 'CONSUMED' }),
  );
  const unreserved = rest;
  const held = isEarly ? 0 : consumeAttached(draft, order, { sku, quantity: rest });
  spread(
    (line) => line.backordered,
    (line, part) => withdraw(draft, claimOf(order, line), { line, quantity: part }),
  );
  spread(openQuantity, (line) => line);
  const within = unreserved - rest - held;
  if (within > 0 && !isEarly) draft.note('UNRESERVED_SHIPMENT', `${within} of ${sku} shipped for order ${order.number} were not reserved for it`, sku);
  if (rest > 0) {
    const last = overship(draft, working, { numbers, sku, quantity: rest });
    parts.set(last, (parts.get(last) ?? 0) + rest);
  }
  return [...parts].sort(([a], [b]) => a - b).map(([orderLine, part]) => ({ orderLine, quantity: part }));
}

/** Beyond what the order still asks for: on its last line of the sku, or on a new one that nobody ordered. */
function overship(draft: Draft, working: WorkingOrder, { numbers, sku, quantity }: { numbers: readonly number[]; sku: string; quantity: Quantity }): number {
  const last = lastOf(working, { numbers, sku });
  const kind = last.cancelled > 0 ? 'SHIPPED_AFTER_CANCEL' : 'OVERSHIPPED';
  draft.note(kind, `${quantity} of ${sku} shipped for order ${working.header.number} beyond what it asks for`, sku);
  working.put({ ...last, shipped: last.shipped + quantity, overshipped: last.overshipped + quantity });
  return last.line;
}

function returnLine(draft: Draft, working: WorkingOrder, { line: number, sku, quantity }: GoodsLine): LinePart[] {
  const numbers = linesFor(draft, working, { number, sku });
  const parts = new Map<number, Quantity>();
  let rest = quantity;
  const back = (line: OrderLine, part: Quantity): void => {
    if (part <= 0) return;
    rest -= part;
    parts.set(line.line, (parts.get(line.line) ?? 0) + part);
    working.put({ ...line, returned: line.returned + part });
  };
  for (const each of numbers) {
    const line = working.find(each);
    if (line !== undefined) back(line, Math.min(rest, line.shipped - line.returned));
  }
  if (rest > 0) {
    draft.note('RETURN_BEYOND_SHIPPED', `${rest} of ${sku} came back for order ${working.header.number} beyond what was shipped for it`, sku);
    back(lastOf(working, { numbers, sku }), rest);
  }
  return [...parts].sort(([a], [b]) => a - b).map(([orderLine, part]) => ({ orderLine, quantity: part }));
}

function lastOf(working: WorkingOrder, { numbers, sku }: { numbers: readonly number[]; sku: string }): OrderLine {
  const last = numbers[numbers.length - 1];
  return (last === undefined ? undefined : working.find(last)) ?? newLine(working.freeNumber(), sku, 0);
}

/** The named line where it is one of the sku, else all lines of the sku. */
function linesFor(draft: Draft, working: WorkingOrder, { number, sku }: { number: number | undefined; sku: string }): number[] {
  if (number !== undefined && working.find(number)?.sku === sku) return [number];
  if (number !== undefined) draft.note('UNKNOWN_LINE', `Order ${working.header.number} has no line ${number} of ${sku}`, sku);
  return working.ofSku(sku).map(({ line }) => line);
}

/** Reservations that name the order hold stock for it too; returns how much of them was used. */
function consumeAttached(draft: Draft, order: Order, { sku, quantity }: { sku: string; quantity: Quantity }): Quantity {
  if (quantity === 0) return 0;
  let rest = quantity;
  for (const reservation of draft.attachedTo(order.location, order.number)) {
    if (rest === 0) break;
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
