import type { Level, OrderSummary } from '@quayside/contracts';

/** Kinds of alerts about a level. */
export type LevelAlertKind = 'NEGATIVE_ON_HAND' | 'OVERSOLD' | 'STOCK_OUT' | 'LOW_STOCK';

/**
 * `<kind>|<location>|<sku>`: what there is at most one unresolved episode of. A `|` or `%` inside a code is percent-encoded,
 * or `a|b` + `c` and `a` + `b|c` would share their episodes.
 */
export function fingerprintOf(kind: LevelAlertKind, level: Pick<Level, 'location' | 'sku'>): string {
  return `${kind}|${encodeBars(level.location)}|${encodeBars(level.sku)}`;
}

/** `ORDER_LATE|<location>|<number>`: an order is known by both. */
export const lateFingerprintOf = (order: Pick<OrderSummary, 'location' | 'number'>): string =>
  `ORDER_LATE|${encodeBars(order.location)}|${encodeBars(order.number)}`;

/** `QUARANTINE_BACKLOG|<partition>`: what waits has no location for certain, since it may not be readable. */
export const backlogFingerprintOf = (partition: number): string => `QUARANTINE_BACKLOG|${partition}`;

/** The fingerprint inside the id of an episode: all before its last bar. */
export const fingerprintOfAlert = (alertId: string): string => alertId.slice(0, Math.max(0, alertId.lastIndexOf('|')));

const encodeBars = (code: string): string => code.replace(/[%|]/g, (character) => (character === '%' ? '%25' : '%7C'));
