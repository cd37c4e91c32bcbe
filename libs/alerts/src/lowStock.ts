import { available, LOW_STOCK_MARGIN_DIVISOR, position, type Instant, type LevelChange, type Quantity } from '@quayside/contracts';
import { showCause, showCauseTime, showQuantity, showTime } from './explain.js';
import type { Situation } from './levelRule.js';
import type { Finding, Verdict } from './verdict.js';

/**
 * LOW_STOCK: fires at position ≤ reorder point where one is set, clears at `closesAt(reorderPoint)` or when the reorder
 * point is taken away (domain.md, "Alerts").
 */
export function judgeLowStock(change: LevelChange, { openSince }: Situation): Verdict {
  const { level } = change;
  const { reorderPoint } = level;
  if (reorderPoint === null) return { kind: 'clear', closing: `Closed at ${showCauseTime(change)}: the reorder point was taken away.` };
  const now = position(level);
  if (now >= closesAt(reorderPoint)) return { kind: 'clear', closing: showClosing(change, reorderPoint) };
  const finding = describe(change, reorderPoint, openSince);
  return { kind: now <= reorderPoint ? 'firing' : 'hold', ...finding };
}

/** max(r + 1, ⌈1.1 × r⌉), in whole numbers: 1.1 × 10 is 11.000000000000002 in floating point. */
export const closesAt = (reorderPoint: Quantity): Quantity => reorderPoint + Math.max(1, Math.ceil(reorderPoint / LOW_STOCK_MARGIN_DIVISOR));

function describe(change: LevelChange, reorderPoint: Quantity, openSince: Instant | null): Finding {
  const { location, sku, sellable, onOrder, inTransit, reserved, backordered, updatedAt } = change.level;
  const observed = position(change.level);
  const closes = closesAt(reorderPoint);
  const title = `${sku} low at ${location}: ${showQuantity(available(change.level))} left, reorder at ${showQuantity(reorderPoint)}`;
  const sum =
    `Position ${showQuantity(observed)} = ${showQuantity(sellable)} sellable + ${showQuantity(onOrder)} on order + ${showQuantity(inTransit)} in transit` +
    ` − ${showQuantity(reserved)} reserved − ${showQuantity(backordered)} backordered`;
  const end = openSince === null ? `Closes at ${showQuantity(closes)}.` : `Open since ${showTime(openSince, updatedAt)}, closes at ${showQuantity(closes)}.`;
  return {
    severity: 'WARNING',
    title,
    explanation: `${title}. ${sum}; ${showCrossing(change, reorderPoint, openSince)}. ${end}`,
    evidence: { observed, threshold: reorderPoint, closesAt: closes, sellable, onOrder, inTransit, reserved, backordered },
  };
}

function showCrossing(change: LevelChange, reorderPoint: Quantity, openSince: Instant | null): string {
  const side = Math.sign(position(change.level) - reorderPoint);
  const stands = side < 0 ? 'below' : side === 0 ? 'at' : 'above';
  const point = `the reorder point ${showQuantity(reorderPoint)}`;
  if (change.cause.name === 'policy.set') return `it is ${stands} ${point}, set by hand at ${showCauseTime(change)}`;
  if (openSince !== null) return `it is ${stands} ${point} (set by hand) after ${showCause(change)}`;
  return `it fell ${side < 0 ? 'below' : 'to'} ${point} (set by hand) with ${showCause(change)}`;
}

function showClosing(change: LevelChange, reorderPoint: Quantity): string {
  const now = showQuantity(position(change.level));
  return change.cause.name === 'policy.set'
    ? `Closed at ${showCauseTime(change)}: position ${now}, reorder point set to ${showQuantity(reorderPoint)}.`
    : `Closed with ${showCause(change)}: position ${now}.`;
}
