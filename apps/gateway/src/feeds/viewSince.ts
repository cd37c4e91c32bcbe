import type { Held } from './ring.js';

/** Two questions about an object: does this view ever look at it (place, item, scope: what never changes), and does it show it as it stands. */
export interface Shows<T> {
  concerns(object: T): boolean;
  matches(object: T): boolean;
}
export interface Difference<T> {
  /** Newest version of each object that is shown, in the order of their last changes. */
  readonly shown: readonly T[];
  /** Objects that were, or may have been, shown and no longer are. */
  readonly removed: readonly T[];
  /** Versions that newer ones have made unnecessary to send. */
  readonly coalesced: number;
}

/**
 * What a stretch of changes means to a view: null where it means nothing. An object whose version before the stretch
 * is not known, and which does not match now, is told as removed: the receiver ignores what it does not hold.
 */
export function differenceOf<T>(changes: Iterable<Held<T>>, shows: Shows<T>): Difference<T> | null {
  const firsts = new Map<string, Held<T>>();
  const lasts = new Map<string, Held<T>>();
  let versions = 0;
  for (const held of changes) {
    if (!shows.concerns(held.what)) continue;
    versions++;
    if (!firsts.has(held.key)) firsts.set(held.key, held);
    lasts.delete(held.key); // to the end of the order
    lasts.set(held.key, held);
  }
  const shown: T[] = [];
  const removed: T[] = [];
  for (const [key, { what }] of lasts) {
    if (shows.matches(what)) shown.push(what);
    else if (mayHaveShown(firsts.get(key), shows)) removed.push(what);
  }
  return shown.length + removed.length === 0 ? null : { shown, removed, coalesced: versions - lasts.size };
}

function mayHaveShown<T>(first: Held<T> | undefined, shows: Shows<T>): boolean {
  if (first === undefined || first.before === null) return false;
  return first.before === 'unknown' || shows.matches(first.before);
}
