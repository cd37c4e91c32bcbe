import type { EventIdentity, Order, OrderLine, Quantity } from '@quayside/contracts';
import type { Draft } from './draft.js';
import { claimOf, hasWaiting, withLines } from './orderLines.js';
import { ask, restore } from './promises.js';

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
    draft.keepOrder({ ...known, early: { ...known.early, shipped: known.early.shipped.filter((each) => !goods.some((back) => isOf(back, each))) } });
    return;
  }
  let order = known;
  const open = new Map<number, Quantity>();
  for (const back of goods) {
    const { parts, rest } = partsOf(order, back, (line) => line.shipped);
    order = rest;
    for (const { line, quantity } of parts) {
      const done = unshipLine(draft, order, { line, quantity });
      order = withLines(order, [done.line]);
      if (done.open > 0) open.set(line.line, (open.get(line.line) ?? 0) + done.open);
    }
  }
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
    draft.keepOrder({ ...known, early: { ...known.early, returned: known.early.returned.filter((each) => !goods.some((back) => isOf(back, each))) } });
    return;
  }
  let order = known;
  for (const back of goods) {
    const { parts, rest } = partsOf(order, back, (line) => line.returned);
    order = withLines(
      rest,
      parts.map(({ line, quantity }) => ({ ...line, returned: line.returned - quantity })),
    );
  }
  draft.keepOrder(order);
}

const isOf = (back: TakenBack, { source, id, sku }: EventIdentity & { readonly sku: string }): boolean =>
  back.source === source && back.id === id && back.sku === sku;

interface Part {
  readonly line: OrderLine;
  readonly quantity: Quantity;
}

/** Which lines the goods went to: as it was noted when they joined the order, or when they moved. `rest` is the order without that note. */
function partsOf(order: Order, back: TakenBack, pick: (line: OrderLine) => Quantity): { readonly parts: readonly Part[]; readonly rest: Order } {
  let left = back.quantity;
  const parts: Part[] = [];
  const take = (line: OrderLine | undefined, most: Quantity): Quantity => {
    const quantity = line === undefined ? 0 : Math.min(left, most, pick(line));
    if (line === undefined || quantity === 0) return 0;
    left -= quantity;
    parts.push({ line, quantity });
    return quantity;
  };
  const joined = order.joined.flatMap((note) => {
    if (!isOf(back, note)) return [note];
    const taken = take(
      order.lines.find(({ line }) => line === note.line),
      note.quantity,
    );
    return taken === note.quantity ? [] : [{ ...note, quantity: note.quantity - taken }];
  });
  take(
    order.lines.find(({ line, sku }) => line === back.line && sku === back.sku),
    left,
  );
  return { parts, rest: { ...order, joined } };
}

function unshipLine(draft: Draft, order: Order, { line, quantity }: { line: OrderLine; quantity: Quantity }): { line: OrderLine; open: Quantity } {
  const over = Math.min(quantity, line.overshipped);
  const wanted = quantity - over;
  const less = { ...line, shipped: line.shipped - quantity, overshipped: line.overshipped - over };
  const consumed = Math.min(wanted, line.consumed);
  if (line.cancelled > 0) {
    return { line: { ...less, cancelled: less.cancelled + wanted, consumed: less.consumed - consumed, released: less.released + consumed }, open: 0 };
  }
  return { line: restore(draft, claimOf(order, line), { line: less, quantity: consumed }), open: wanted - consumed };
}
