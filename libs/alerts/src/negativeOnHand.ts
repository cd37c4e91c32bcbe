import { onHand, type LevelChange } from '@quayside/contracts';
import { showCause, showQuantity, showTime } from './explain.js';
import type { Situation } from './levelRule.js';
import type { Finding, Verdict } from './verdict.js';

/**
 * NEGATIVE_ON_HAND: fires at onHand < 0, clears at ≥ 0 (domain.md, "Alerts"). It opens only after the level has been negative
 * for the allowed lateness, since the receipt that is missing is mostly on its way: `judgeLevel` keeps that time with a timer.
 */
export function judgeNegativeOnHand(change: LevelChange, situation: Situation): Verdict {
  const observed = onHand(change.level);
  if (observed >= 0) return { kind: 'clear', closing: `Closed with ${showCause(change)}: ${showQuantity(observed)} on hand.` };
  return { kind: 'firing', ...describe(change, situation) };
}

function describe(change: LevelChange, { openSince, latenessMs }: Situation): Finding {
  const { location, sku, sellable, inspection, hold, damaged, updatedAt } = change.level;
  const observed = onHand(change.level);
  const title = `${sku} below zero at ${location}: ${showQuantity(observed)} on hand`;
  const sum =
    `On hand ${showQuantity(observed)} = ${showQuantity(sellable)} sellable + ${showQuantity(inspection)} in inspection` +
    ` + ${showQuantity(hold)} on hold + ${showQuantity(damaged)} damaged`;
  const opening = latenessMs === 0 ? `it fell below 0 with ${showCause(change)}` : `it is below 0 after ${showCause(change)}, ${showWait(latenessMs)}`;
  const crossing = openSince === null ? opening : `it is below 0 after ${showCause(change)}`;
  const end = openSince === null ? 'Closes at 0.' : `Open since ${showTime(openSince, updatedAt)}, closes at 0.`;
  return {
    severity: 'CRITICAL',
    title,
    explanation: `${title}. ${sum}; ${crossing}: more was taken out than was ever put in, so a receipt or a count is missing. ${end}`,
    evidence: { observed, threshold: 0, closesAt: 0, sellable, inspection, hold, damaged },
  };
}

const showWait = (latenessMs: number): string => `for longer than the ${Math.round(latenessMs / 6_000) / 10} min that a report may be late`;
