import {
  openQuantity,
  type DemandLine,
  type EarlyFacts,
  type Order,
  type OrderAmended,
  type OrderCancelled,
  type OrderHeld,
  type OrderHoldReleased,
  type OrderLine,
} from '@quayside/contracts';
import { DONE, noEffect, waiting, type Decision } from './decision.js';
import type { Draft } from './draft.js';
import { announcedOrder, claimOf, hasWaiting, newLine, outstanding, withLines } from './orderLines.js';
import { ask, end, withdraw } from './promises.js';

/** New ordered quantities and promises; before the order they wait for it. */
export function amendOrder(event: OrderAmended, draft: Draft): Decision {
  const known = draft.order(event.location, event.order) ?? announcedOrder(event.location, event.order);
  const lines = [...(event.lines ?? [])].sort((a, b) => a.line - b.line);
  if (known.early !== null) return keepEarly(draft, known, amendEarly(known.early, event));
  const order = {
    ...known,
    promisedShipBy: event.promisedShipBy ?? known.promisedShipBy,
    promisedDeliverBy: event.promisedDeliverBy ?? known.promisedDeliverBy,
  };
  const less: OrderLine[] = [];
  const more: { line: OrderLine; quantity: number }[] = [];
  for (const wanted of lines) {
    const line = lineToAmend(draft, order, wanted);
    if (line === null) continue;
    const quantity = wanted.quantity - line.ordered;
    // More of a cancelled line: all of it is wanted again.
    if (quantity > 0) more.push({ line: { ...line, ordered: wanted.quantity, cancelled: 0 }, quantity: quantity + line.cancelled });
    else less.push(reduceLine(draft, order, { line, quantity: -quantity }));
  }
  const asked = more.map(({ line, quantity }) => ({ claim: claimOf(order, line), line, quantity }));
  const rest = withLines(order, less);
  draft.keepOrder(withLines(rest, ask(draft, asked, { policy: order.policy, isOrder: true, hasWaiting: hasWaiting(rest) })));
  return DONE;
}

/** Releases what is not shipped, of the named lines or of all. */
export function cancelOrder(event: OrderCancelled, draft: Draft): Decision {
  const known = draft.order(event.location, event.order) ?? announcedOrder(event.location, event.order);
  if (known.early !== null) return keepEarly(draft, known, { ...known.early, cancelled: cancelEarly(known.early.cancelled, event.lines) });
  for (const number of event.lines ?? []) {
    if (!known.lines.some(({ line }) => line === number)) draft.note('UNKNOWN_LINE', `Order ${known.number} has no line ${number} to cancel`);
  }
  if (event.lines !== undefined && !known.lines.some(({ line }) => event.lines?.includes(line))) {
    return noEffect(`Order ${known.number} has no such line: ${event.lines.join(', ')}`);
  }
  const lines = known.lines.filter((line) => (event.lines?.includes(line.line) ?? true) && outstanding(line) > 0);
  if (lines.length === 0) return noEffect('Nothing of it is left to cancel');
  draft.keepOrder(
    withLines(
      known,
      lines.map((line) => cancelLine(draft, known, line)),
    ),
  );
  return DONE;
}

export function holdOrder(event: OrderHeld | OrderHoldReleased, draft: Draft): Decision {
  const order = draft.order(event.location, event.order) ?? announcedOrder(event.location, event.order);
  const isHeld = event.name === 'order.held';
  if (order.isHeld === isHeld) return noEffect(isHeld ? 'It is held already' : 'It is not held');
  draft.keepOrder({ ...order, isHeld });
  return DONE;
}

export function cancelLine(draft: Draft, order: Order, line: OrderLine): OrderLine {
  const claim = claimOf(order, line);
  const cancelled = line.cancelled + outstanding(line);
  const released = end(draft, claim, { line, quantity: line.active, kind: 'RELEASED' });
  return { ...withdraw(draft, claim, { line: released, quantity: released.backordered }), cancelled };
}

/** Null, with an exception, where the number is that of another sku. */
function lineToAmend(draft: Draft, order: Order, { line: number, sku }: DemandLine): OrderLine | null {
  const line = order.lines.find((each) => each.line === number) ?? newLine(number, sku, 0);
  if (line.sku === sku) return line;
  draft.note('UNKNOWN_LINE', `Line ${number} of order ${order.number} is one of ${line.sku}, not of ${sku}`, sku);
  return null;
}

/**
 * Orders less of a line: what nobody holds goes first (what waits, what is open, what was refused, what was cancelled), then
 * what is reserved. What is shipped stays ordered.
 */
function reduceLine(draft: Draft, order: Order, { line, quantity }: { line: OrderLine; quantity: number }): OrderLine {
  const claim = claimOf(order, line);
  let rest = quantity;
  const take = (most: number): number => {
    const part = Math.min(rest, Math.max(0, most));
    rest -= part;
    return part;
  };
  const waited = withdraw(draft, claim, { line, quantity: take(line.backordered) });
  take(openQuantity(line));
  const rejected = take(waited.rejected);
  const cancelled = take(waited.cancelled);
  const refused = { ...waited, rejected: waited.rejected - rejected, withdrawn: waited.withdrawn + rejected, cancelled: waited.cancelled - cancelled };
  const released = end(draft, claim, { line: refused, quantity: take(refused.active), kind: 'RELEASED' });
  return { ...released, ordered: line.ordered - (quantity - rest) };
}

function keepEarly(draft: Draft, order: Order, early: EarlyFacts): Decision {
  draft.keepOrder({ ...order, early });
  return waiting(`Order ${order.number} has not been placed yet at ${order.location}: this is remembered`);
}

function amendEarly(early: EarlyFacts, { lines = [], promisedShipBy, promisedDeliverBy }: OrderAmended): EarlyFacts {
  const renewed = new Set(lines.map(({ line }) => line));
  return {
    ...early,
    amended: [...early.amended.filter(({ line }) => !renewed.has(line)), ...lines],
    promisedShipBy: promisedShipBy ?? early.promisedShipBy,
    promisedDeliverBy: promisedDeliverBy ?? early.promisedDeliverBy,
  };
}

function cancelEarly(before: EarlyFacts['cancelled'], lines: readonly number[] | undefined): EarlyFacts['cancelled'] {
  if (before === 'all' || lines === undefined) return 'all';
  return [...new Set([...before, ...lines])];
}
