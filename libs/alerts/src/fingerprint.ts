import type { AlertKind, Level } from '@quayside/contracts';

/**
 * `<kind>|<location>|<sku>`: what there is at most one unresolved episode of. A `|` or `%` inside a code is percent-encoded,
 * or `a|b` + `c` and `a` + `b|c` would share their episodes.
 */
export function fingerprintOf(kind: AlertKind, level: Pick<Level, 'location' | 'sku'>): string {
  return `${kind}|${encodeBars(level.location)}|${encodeBars(level.sku)}`;
}

const encodeBars = (code: string): string => code.replace(/[%|]/g, (character) => (character === '%' ? '%25' : '%7C'));
