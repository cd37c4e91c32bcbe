import { available, type AtRisk, type LevelChange } from '@quayside/contracts';
import { showCause, showCount, showQuantity, showTime } from './explain.js';
import type { Situation } from './levelRule.js';
import type { Finding, Verdict } from './verdict.js';

/** Promises named in the explanation; all that were read stand in `atRisk`. */
const NAMED_MAX = 3;

/**
 * OVERSOLD: fires at reserved > sellable, that is at available < 0, and clears at available ≥ 0 (domain.md, "Alerts"). It lists
 * the promises on the level, first promised first.
 *
 * It fires too where nothing is reserved and more was taken out than was there (sellable < 0): that is the oversell of a
 * warehouse which sends nothing but shipments. Order 541431 of the public history (74,215 pieces out of 12, back 16 minutes
 * later) is thus one OVERSOLD episode at once; LOW_STOCK would need a reorder point, and NEGATIVE_ON_HAND waits for late
 * reports first and then explains both.
 */
export function judgeOversold(change: LevelChange, situation: Situation): Verdict {
  const now = available(change.level);
  if (now >= 0) return { kind: 'clear', closing: `Closed with ${showCause(change)}: ${showQuantity(now)} available.` };
  return { kind: 'firing', ...describe(change, situation) };
}

function describe(change: LevelChange, { openSince, ...situation }: Situation): Finding {
  const { location, sku, sellable, reserved, updatedAt } = change.level;
  const atRisk = reserved === 0 ? [] : situation.atRisk;
  const observed = available(change.level);
  const missing = showQuantity(-observed);
  const title = `${sku} oversold at ${location}: ${missing} more ${reserved > 0 ? 'promised' : 'taken out'} than there ${observed === -1 ? 'is' : 'are'}`;
  const sum = `Available ${showQuantity(observed)} = ${showQuantity(sellable)} sellable − ${showQuantity(reserved)} reserved`;
  const crossing = openSince === null ? `it fell below 0 with ${showCause(change)}` : `it is below 0 after ${showCause(change)}`;
  const end = openSince === null ? 'Closes at 0.' : `Open since ${showTime(openSince, updatedAt)}, closes at 0.`;
  return {
    severity: 'CRITICAL',
    title,
    explanation: `${title}. ${sum}; ${crossing}.${showAtRisk(atRisk, change)} ${end}`,
    evidence: { observed, threshold: 0, closesAt: 0, sellable, reserved },
    ...(atRisk === undefined ? {} : { atRisk }),
  };
}

function showAtRisk(atRisk: readonly AtRisk[] | undefined, { level }: LevelChange): string {
  if (atRisk === undefined || atRisk.length === 0) return '';
  const named = atRisk.slice(0, NAMED_MAX).map(({ order, reservation, quantity, promisedShipBy }) => {
    const which = order === null ? `reservation ${reservation ?? ''}` : `order ${order}`;
    const promise = promisedShipBy === null ? 'no date promised' : `promised ${showTime(promisedShipBy, level.updatedAt)}`;
    return `${which} (${showCount(quantity, 'piece')}, ${promise})`;
  });
  const more = atRisk.length > NAMED_MAX ? ` and ${atRisk.length - NAMED_MAX} more` : '';
  return ` At risk: ${named.join(', ')}${more}.`;
}
