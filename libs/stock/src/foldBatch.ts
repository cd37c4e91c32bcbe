import { levelKey, type EventRecord, type FoldedEvent, type Level } from '@quayside/contracts';
import { apply, type Applied, type LogPosition, type SetAside } from './apply.js';

/** An event that is new (not a repeat), at its place in the log. */
export interface FreshRecord extends EventRecord<FoldedEvent> {
  readonly at: LogPosition;
  /** A person has let it through: its date is no reason any more to set it aside. */
  readonly isReleased?: boolean;
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
export function touchedKeys({ event }: { readonly event: FoldedEvent }): string[] {
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
    const result = applyOrSetAside(record, levelOf);
    if (result.kind === 'applied') for (const level of result.levels) levels.set(levelKey(level.location, level.sku), level);
    return { record, result };
  });
  return { records, levels };
}

/** An event on which the rules throw is a poison record: it is set aside with what was thrown, and the rest goes on. */
function applyOrSetAside(record: FreshRecord, levelOf: (key: string) => Level | undefined): Applied | SetAside {
  try {
    return apply(record, record.at, levelOf);
  } catch (cause) {
    return { kind: 'setAside', reason: 'POISON', detail: `The rules threw: ${cause instanceof Error ? cause.message : String(cause)}` };
  }
}
