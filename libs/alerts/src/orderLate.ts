import { isSettled, type Alert, type Instant, type OrderChange, type OrderSummary } from '@quayside/contracts';
import { recordedAtOf, showCause, showCount, showQuantity, showTime } from './explain.js';
import type { Finding, Verdict } from './verdict.js';

/**
 * ORDER_LATE: fires when `promisedShipBy` has passed and something of the order is still to be shipped; clears when nothing is, or
 * when a time to come is promised (domain.md, "Alerts"). A report that shows it was settled in time takes the alert back as
 * LATE_DATA, unless another one showed that some of it went out too late. `asOf` is the time of the log, or of the timer.
 */
export function judgeOrderLate(change: OrderChange, { open, asOf }: { readonly open: Alert | null; readonly asOf: Instant }): Verdict {
  const { order, cause } = change;
  const promised = latenessBegins(order);
  const late = open?.evidence['shippedLate'] ?? 0;
  if (promised === null) {
    const isInTime = order.promisedShipBy !== null && cause.occurredAt <= order.promisedShipBy && late === 0;
    const closing = `Closed with ${showCause(change)}: ${showEnd(order)}${isInTime ? ', in time' : ''}.`;
    return { kind: 'clear', closing, resolution: isInTime ? 'LATE_DATA' : 'BY_ITSELF' };
  }
  if (promised > Math.max(asOf, open?.openedAt ?? asOf))
    return { kind: 'clear', closing: `Closed with ${showCause(change)}: now promised ${showTime(promised, recordedAtOf(change))}.` };
  const isLateShipment = open !== null && cause.name === 'stock.shipped' && cause.occurredAt > promised;
  return { kind: 'firing', ...describe(change, { promised, openSince: open?.openedAt ?? null, shippedLate: late + (isLateShipment ? 1 : 0) }) };
}

/** From when on the order is late if nothing changes; null where it cannot be (any more). */
export function latenessBegins(order: OrderSummary): Instant | null {
  return order.placedAt === null || isSettled(order) ? null : order.promisedShipBy;
}

interface Lateness {
  readonly promised: Instant;
  readonly openSince: Instant | null;
  /** Reports of shipments that were made after the promised time. */
  readonly shippedLate: number;
}

function describe(change: OrderChange, { promised, openSince, shippedLate }: Lateness): Finding {
  const { order } = change;
  const beside = recordedAtOf(change);
  const { ordered, overshipped, cancelled, rejected, shipped, reserved, backordered, open, lineCount } = order;
  const unshipped = reserved + backordered + open;
  const asked = ordered + overshipped;
  const title = `${order.number} late at ${order.location}: promised ${showTime(promised, beside)}, ${showQuantity(unshipped)} of ${showCount(asked, 'piece')} not shipped`;
  const sum =
    `${showQuantity(asked)} on ${showCount(lineCount, 'line')} = ${showQuantity(shipped)} shipped + ${showQuantity(cancelled)} cancelled + ${showQuantity(rejected)} refused` +
    ` + ${showQuantity(reserved)} reserved + ${showQuantity(backordered)} backordered + ${showQuantity(open)} open`;
  const held = order.isHeld ? ' It is held.' : '';
  const end = 'Closes when all is shipped or cancelled, or a later time is promised.';
  return {
    severity: 'WARNING',
    title,
    explanation: `${title}. ${sum}; this is so since ${showCause(change)}.${held} ${openSince === null ? '' : `Open since ${showTime(openSince, beside)}. `}${end}`,
    evidence: { observed: unshipped, threshold: 0, closesAt: 0, ordered, overshipped, shipped, cancelled, rejected, reserved, backordered, open, shippedLate },
  };
}

function showEnd({ placedAt, promisedShipBy, shipped, cancelled }: OrderSummary): string {
  if (placedAt !== null && promisedShipBy === null) return 'no time is promised any more';
  if (shipped === 0) return 'nothing is to be shipped any more';
  return cancelled === 0 ? 'all is shipped' : 'all is shipped or cancelled';
}
