import { onHand, type Instant, type LevelChange } from '@quayside/contracts';
import { showCause, showQuantity, showTime } from './explain.js';
import type { Finding, Verdict } from './verdict.js';

/**
 * NEGATIVE_ON_HAND: fires at onHand < 0, clears at ≥ 0 (domain.md, "Alerts"). The allowed lateness of 15 min, for which a
 * level may stay negative before anyone is told, needs timer rows that a later issue brings: until then it is 0 and the
 * episode opens at once. `openSince` is when the unresolved episode opened, null where there is none.
 */
export function judgeNegativeOnHand(change: LevelChange, openSince: Instant | null): Verdict {
  const observed = onHand(change.level);
  if (observed >= 0) return { kind: 'clear', closing: `Closed with ${showCause(change)}: ${showQuantity(observed)} on hand.` };
  return { kind: 'firing', ...describe(change, openSince) };
}

function describe(change: LevelChange, openSince: Instant | null): Finding {
  const { location, sku, sellable, inspection, hold, damaged, updatedAt } = change.level;
  const observed = onHand(change.level);
  const title = `${sku} below zero at ${location}: ${showQuantity(observed)} on hand`;
  const sum =
    `On hand ${showQuantity(observed)} = ${showQuantity(sellable)} sellable + ${showQuantity(inspection)} in inspection` +
    ` + ${showQuantity(hold)} on hold + ${showQuantity(damaged)} damaged`;
  const crossing = openSince === null ? `it fell below 0 with ${showCause(change)}` : `it is below 0 after ${showCause(change)}`;
  const end = openSince === null ? 'Closes at 0.' : `Open since ${showTime(openSince, updatedAt)}, closes at 0.`;
  return {
    severity: 'CRITICAL',
    title,
    explanation: `${title}. ${sum}; ${crossing}: more was taken out than was ever put in, so a receipt or a count is missing. ${end}`,
    evidence: { observed, threshold: 0, closesAt: 0, sellable, inspection, hold, damaged },
  };
}
