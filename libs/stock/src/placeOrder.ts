import { openQuantity, type DecisionChange, type Order, type OrderPlaced, type Promised, type Quantity } from '@quayside/contracts';
import { cancelLine } from './changeOrder.js';
import { DONE, noEffect, type Decision } from './decision.js';
import type { Draft } from './draft.js';
import { announcedOrder, claimOf, newLine, withLines } from './orderLines.js';
import { ask, availableAt, type Claim } from './promises.js';
import { handOver } from './reservationLines.js';
import { joinEarly } from './shipForOrder.js';

/** Demand: what came before it is joined first, then the rest asks for stock. */
export function placeOrder(event: OrderPlaced, draft: Draft): Decision {
  const { location, order: number } = event;
  const known = draft.order(location, number) ?? announcedOrder(location, number);
  if (known.early === null) {
    draft.note('ALREADY_EXISTS', `Order ${number} was placed before at ${location}: the first one stands`);
    return noEffect(`Order ${number} exists already at ${location}`);
  }
  const { early } = known;
  const ordered = new Map(event.lines.map(({ line, sku, quantity }) => [line, newLine(line, sku, quantity)]));
  for (const { line, sku, quantity } of early.amended) ordered.set(line, newLine(line, ordered.get(line)?.sku ?? sku, quantity));
  let order: Order = {
    ...known,
    source: event.source,
    customer: event.customer ?? null,
    shipTo: event.shipTo ?? null,
    priority: event.priority ?? 0,
    policy: event.policy ?? 'BACKORDER',
    placedAt: draft.at.occurredAt,
    place: draft.at.offset,
    promisedShipBy: early.promisedShipBy ?? event.promisedShipBy ?? null,
    promisedDeliverBy: early.promisedDeliverBy ?? event.promisedDeliverBy ?? null,
    lines: [...ordered.values()].sort((a, b) => a.line - b.line),
    early: null,
  };
  const cancelled = order.lines.filter(({ line }) => early.cancelled === 'all' || early.cancelled.includes(line)).map(({ line }) => line);
  order = joinEarly(draft, order, { goods: early.shipped, kind: 'shipped' });
  order = withLines(
    order,
    order.lines.filter(({ line }) => cancelled.includes(line)).map((line) => cancelLine(draft, order, line)),
  );
  handOver(draft, location, number);
  const asked = order.lines.map((line) => ({ claim: claimOf(order, line), line, quantity: openQuantity(line) }));
  const shortBy = shortagesOf(draft, asked);
  order = withLines(order, ask(draft, asked, { policy: order.policy, isOrder: true }));
  draft.keepOrder(joinEarly(draft, order, { goods: early.returned, kind: 'returned' }));
  return decisionOf(order.lines, shortBy);
}

/** What is missing for what is asked, line by line, if all that is available goes to it: looked at before it is decided. */
export function shortagesOf(draft: Draft, asked: readonly { readonly claim: Claim; readonly quantity: Quantity }[]): DecisionChange['shortBy'] {
  const left = new Map<string, Quantity>();
  return asked.flatMap(({ claim, quantity }) => {
    const available = left.get(claim.sku) ?? Math.max(0, availableAt(draft, claim));
    const missing = Math.max(0, quantity - available);
    left.set(claim.sku, Math.max(0, available - quantity));
    return missing > 0 ? [{ line: claim.line, sku: claim.sku, quantity: missing }] : [];
  });
}

/** Lines told of what is missing: a change has to fit into a record of the log, whatever was asked. The order or reservation has them all. */
const SHORT_LINES_MAX = 100;
const SHORT_LINES_NAMED = 5;

/** What became of the lines that were asked for, in one word, with what was missing. */
export function decisionOf(lines: readonly Promised[], shortBy: DecisionChange['shortBy']): Decision {
  const sum = (pick: (line: Promised) => Quantity): Quantity => lines.reduce((all, line) => all + pick(line), 0);
  if (sum((line) => line.rejected + line.backordered) === 0) return DONE;
  const verdict = sum((line) => line.active) > 0 ? 'PARTLY' : sum((line) => line.backordered) > 0 ? 'WAITING' : 'REJECTED';
  const named = shortBy.slice(0, SHORT_LINES_NAMED);
  const short = named.map(({ line, sku, quantity }) => `line ${line}: ${quantity} of ${sku}`).join(', ');
  const more = shortBy.length > named.length ? ` and ${shortBy.length - named.length} lines more` : '';
  return { verdict, detail: `Short by ${short}${more}`, current: [], shortBy: shortBy.slice(0, SHORT_LINES_MAX) };
}
