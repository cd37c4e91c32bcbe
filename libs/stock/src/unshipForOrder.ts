import type { EventIdentity, OrderLine, Quantity } from '@quayside/contracts';
import type { Draft } from './draft.js';
import { claimOf, hasWaiting, withLines } from './orderLines.js';
import { ask, restore } from './promises.js';
import { WorkingOrder } from './workingOrder.js';

/** Goods of an event that did not move after all. `line` is the order's, where it was known when they moved. */
export interface TakenBack extends EventIdentity {
  readonly line: number | null;
  readonly sku: string;
  readonly quantity: Quantity;
}
interface Back {
  readonly number: string;
  readonly goods: readonly TakenBack[];
}

/**
 * A shipment did not happen: what was shipped beyond the order goes first; of the rest the promise is given back as far as
 * it was consumed, and what is then open asks again. A line whose rest was cancelled asks for nothing.
 */
export function unshipForOrder(draft: Draft, location: string, { number, goods }: Back): void {
  const known = draft.order(location, number);
  if (known === null) return;
  if (known.early !== null) {
    draft.keepOrder({ ...known, early: { ...known.early, shipped: known.early.shipped.filter((each) => !isAmong(goods, each)) } });
    return;
  }
  const working = new WorkingOrder(known);
  const open = new Map<number, Quantity>();
  for (const [line, quantity] of partsOf(working, goods)) {
    const done = unshipLine(draft, working, { line, quantity });
    if (done > 0) open.set(line, done);
  }
  const order = working.finish();
  const asked = order.lines.flatMap((line) => {
    const quantity = open.get(line.line) ?? 0;
    return quantity === 0 ? [] : [{ claim: claimOf(order, line), line, quantity }];
  });
  draft.keepOrder(withLines(order, ask(draft, asked, { policy: order.policy, isOrder: true, hasWaiting: hasWaiting(order) })));
}

/** A return did not happen. */
export function unreturnForOrder(draft: Draft, location: string, { number, goods }: Back): void {
  const known = draft.order(location, number);
  if (known === null) return;
  if (known.early !== null) {
    draft.keepOrder({ ...known, early: { ...known.early, returned: known.early.returned.filter((each) => !isAmong(goods, each)) } });
    return;
  }
  const working = new WorkingOrder(known);
  for (const [at, quantity] of partsOf(working, goods)) {
    const line = working.find(at);
    if (line !== undefined) working.put({ ...line, returned: Math.max(0, line.returned - quantity) });
  }
  draft.keepOrder(working.finish());
}

const isAmong = (goods: readonly TakenBack[], each: EventIdentity & { readonly sku: string }): boolean =>
  goods.some(({ source, id, sku }) => source === each.source && id === each.id && sku === each.sku);

/**
 * How much goes back from which line, by number: as it was noted when the goods joined the order, or else as their rows
 * say. All goods are of one event, so what was noted of it is taken whole.
 */
function partsOf(working: WorkingOrder, goods: readonly TakenBack[]): Map<number, Quantity> {
  const parts = new Map<number, Quantity>();
  const add = (line: number, quantity: Quantity): void => void parts.set(line, (parts.get(line) ?? 0) + quantity);
  const { joined } = working.header;
  const noted = joined.filter((note) => isAmong(goods, note));
  for (const { line, quantity } of noted) add(line, quantity);
  if (noted.length > 0) working.putHeader({ joined: joined.filter((note) => !isAmong(goods, note)) });
  const notedSkus = new Set(noted.map(({ sku }) => sku));
  for (const { line, sku, quantity } of goods) if (line !== null && !notedSkus.has(sku)) add(line, quantity);
  return parts;
}

/** Returns how much of the line is open by it. */
function unshipLine(draft: Draft, working: WorkingOrder, { line: number, quantity: wantedBack }: { line: number; quantity: Quantity }): Quantity {
  const line = working.find(number);
  if (line === undefined) return 0;
  const quantity = Math.min(wantedBack, line.shipped);
  const over = Math.min(quantity, line.overshipped);
  const wanted = quantity - over;
  const less: OrderLine = { ...line, shipped: line.shipped - quantity, overshipped: line.overshipped - over };
  const consumed = Math.min(wanted, line.consumed);
  if (line.cancelled > 0) {
    working.put({ ...less, cancelled: less.cancelled + wanted, consumed: less.consumed - consumed, released: less.released + consumed });
    return 0;
  }
  working.put(restore(draft, claimOf(working.header, line), { line: less, quantity: consumed }));
  return wanted - consumed;
}
