import { available, DEMAND_MS, type Level, type LevelChange } from '@quayside/contracts';
import { showCause, showQuantity, showTime } from './explain.js';
import type { Situation } from './levelRule.js';
import type { Finding, Verdict } from './verdict.js';

/**
 * STOCK_OUT: fires at available ≤ 0 while there is demand (an open order line, promised or waiting, or goods that went out in the
 * last 30 days), clears at available > 0 (domain.md, "Alerts"). Without demand an empty shelf is nothing to tell; an episode
 * that is open stays open then, since nothing was put on the shelf.
 */
export function judgeStockOut(change: LevelChange, situation: Situation): Verdict {
  const now = available(change.level);
  if (now > 0) return { kind: 'clear', closing: `Closed with ${showCause(change)}: ${showQuantity(now)} available.` };
  return { kind: hasDemand(change.level) ? 'firing' : 'hold', ...describe(change, situation) };
}

/** Judged at `updatedAt`, the time of the log: a replay of old history finds the same. */
function hasDemand({ reserved, backordered, lastOutboundAt, updatedAt }: Level): boolean {
  return reserved > 0 || backordered > 0 || (lastOutboundAt !== null && updatedAt - lastOutboundAt <= DEMAND_MS);
}

function describe(change: LevelChange, { openSince }: Situation): Finding {
  const { location, sku, sellable, reserved, backordered, updatedAt } = change.level;
  const observed = available(change.level);
  const isWaitedFor = reserved > 0 || backordered > 0;
  const title = `${sku} out of stock at ${location}: ${showQuantity(observed)} available`;
  const sum = `Available ${showQuantity(observed)} = ${showQuantity(sellable)} sellable − ${showQuantity(reserved)} reserved`;
  const crossing = openSince === null ? `it came to this with ${showCause(change)}` : `so it is after ${showCause(change)}`;
  const end = openSince === null ? 'Closes above 0.' : `Open since ${showTime(openSince, updatedAt)}, closes above 0.`;
  return {
    severity: isWaitedFor ? 'CRITICAL' : 'WARNING',
    title,
    explanation: `${title}. ${sum}; ${crossing}. ${showDemand(change.level)} ${end}`,
    evidence: { observed, threshold: 0, closesAt: 1, sellable, reserved, backordered },
  };
}

function showDemand({ reserved, backordered, lastOutboundAt, updatedAt }: Level): string {
  if (backordered > 0) return `Orders wait for ${showQuantity(backordered)}.`;
  if (reserved > 0) return `All that is there is promised.`;
  return lastOutboundAt === null ? 'Nobody has asked for it.' : `It last went out at ${showTime(lastOutboundAt, updatedAt)}.`;
}
