import { levelKey, onHand, type LevelChange } from '@quayside/contracts';
import { isUnresolved, type AlertBook } from './alertBook.js';
import type { DecidingAsOf } from './deciding.js';
import { judgeEpisode } from './episode.js';
import { pointTo } from './explain.js';
import { fingerprintOf, type LevelAlertKind } from './fingerprint.js';
import type { JudgeLevel } from './levelRule.js';
import { judgeLowStock } from './lowStock.js';
import { judgeNegativeOnHand } from './negativeOnHand.js';
import { judgeOversold } from './oversold.js';
import { judgeStockOut } from './stockOut.js';
import { AT_ONCE, waitFor, type Waited } from './waitFor.js';

/** Rules that look at a level; each holds down those after it (domain.md: one empty shelf is one notice). */
export const LEVEL_RULES: readonly { readonly kind: LevelAlertKind; readonly judge: JudgeLevel }[] = [
  { kind: 'NEGATIVE_ON_HAND', judge: judgeNegativeOnHand },
  { kind: 'OVERSOLD', judge: judgeOversold },
  { kind: 'STOCK_OUT', judge: judgeStockOut },
  { kind: 'LOW_STOCK', judge: judgeLowStock },
];

/** Judges a level by all rules. A negative level that still waits holds nothing down. */
export function judgeLevel(book: AlertBook, change: LevelChange, given: DecidingAsOf): void {
  const { level, cause } = change;
  let inhibited = false;
  for (const { kind, judge } of LEVEL_RULES) {
    const fingerprint = fingerprintOf(kind, level);
    const waited = kind === 'NEGATIVE_ON_HAND' ? waitWhileNegative(book, change, given) : AT_ONCE;
    if (waited.kind === 'waits') continue;
    const { newest } = book.of(fingerprint);
    const verdict = judge(change, {
      openSince: isUnresolved(newest) ? newest.openedAt : null,
      latenessMs: given.latenessMs,
      atRisk: given.atRisk?.get(levelKey(level.location, level.sku)),
    });
    const isHolding = judgeEpisode(book, {
      subject: { kind, fingerprint, location: level.location, sku: level.sku, order: null },
      verdict,
      inhibited,
      at: given.asOf,
      causes: [...waited.first, pointTo(cause)],
      origin: `${given.partition}.${waited.origin ?? given.offset}`,
      detectionMs: given.now - Math.max(cause.receivedAt, waited.dueAt ?? 0),
    });
    inhibited ||= isHolding;
  }
}

function waitWhileNegative(book: AlertBook, change: LevelChange, given: DecidingAsOf): Waited {
  return waitFor(
    book,
    {
      fingerprint: fingerprintOf('NEGATIVE_ON_HAND', change.level),
      change: onHand(change.level) < 0 ? change : null,
      dueAt: given.asOf + given.latenessMs,
      continues: () => true,
    },
    given,
  );
}
