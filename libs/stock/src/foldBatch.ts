import { levelKey, type EventRecord, type Level } from '@quayside/contracts';
import { apply, type Applied, type LogPosition, type SetAside } from './apply.js';

/** An event that is new (not a repeat), at its place in the log. */
export interface FreshRecord extends EventRecord {
  readonly at: LogPosition;
}
export interface FoldedRecord {
  readonly record: FreshRecord;
  readonly result: Applied | SetAside;
}
export interface Folded {
  readonly records: readonly FoldedRecord[];
  /** Newest value of each level that changed. */
  readonly levels: ReadonlyMap<string, Level>;
}

/** Keys of the levels that an event may touch: what has to be known before it can be applied. */
export function touchedKeys({ event }: EventRecord): string[] {
  if (event.name === 'policy.set') return [levelKey(event.location, event.sku)];
  return [...new Set(event.lines.map((line) => levelKey(event.location, line.sku)))];
}

/**
 * Applies the events of a batch one after the other, in the order of the log. How a log is cut into batches makes no
 * difference to the result (a property test holds that).
 */
export function foldBatch(known: ReadonlyMap<string, Level>, fresh: readonly FreshRecord[]): Folded {
  const levels = new Map<string, Level>();
  const levelOf = (key: string): Level | undefined => levels.get(key) ?? known.get(key);
  const records = fresh.map((record) => {
    const result = apply(record.event, record.at, levelOf);
    if (result.kind === 'applied') for (const level of result.levels) levels.set(levelKey(level.location, level.sku), level);
    return { record, result };
  });
  return { records, levels };
}
