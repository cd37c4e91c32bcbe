import type { EventName } from './event.js';
import type { Instant } from './instant.js';
import type { Level } from './level.js';
import type { OrderSummary } from './order.js';
import type { ReservationSummary } from './promise.js';
import type { Quantity } from './quantity.js';

/** Number of a change within its partition: (offset of the input record, index among that record's changes). Grows without end, gaps allowed. */
export type ChangeNumber = readonly [offset: number, index: number];

/** −1, 0 or 1. */
export function compareNumbers(a: ChangeNumber, b: ChangeNumber): number {
  return Math.sign(a[0] - b[0]) || Math.sign(a[1] - b[1]);
}

/** The event behind a change: enough to name it and to say how old the news is. */
export interface Cause {
  readonly source: string;
  readonly id: string;
  readonly name: EventName;
  readonly occurredAt: Instant;
  /** Append time of the record in `supply.events`: from here on it was safe. */
  readonly receivedAt: Instant;
  /** Order, shipment or document that the event names. */
  readonly document?: string;
}

/** A level has a new version. Values are absolute: a receiver keeps the greater version. */
export interface LevelChange {
  readonly kind: 'level';
  readonly level: Level;
  readonly cause: Cause;
}
/** An order has a new version. Its lines are read by its key. */
export interface OrderChange {
  readonly kind: 'order';
  readonly order: OrderSummary;
  readonly cause: Cause;
}
/** A reservation that was asked for by itself has a new version. */
export interface ReservationChange {
  readonly kind: 'reservation';
  readonly reservation: ReservationSummary;
  readonly cause: Cause;
}
/**
 * What became of a command (and of every record of the gateway): the last change of its event. DONE: it took effect as
 * asked · PARTLY: some of it · WAITING: it takes effect later (a backorder, the void of an event that has not come) ·
 * REJECTED, STALE: it has no effect · NO_EFFECT: there was nothing (more) to do.
 */
export const DECISION_VERDICTS = ['DONE', 'PARTLY', 'WAITING', 'REJECTED', 'STALE', 'NO_EFFECT'] as const;
export type DecisionVerdict = (typeof DECISION_VERDICTS)[number];
export interface DecisionChange {
  readonly kind: 'decision';
  readonly location: string;
  readonly verdict: DecisionVerdict;
  /** In words; empty where the verdict says it all. */
  readonly detail: string;
  /** Of STALE: what is true now. */
  readonly current: readonly { readonly sku: string; readonly onHand: Quantity }[];
  /** Of an order or a reservation: what was missing, by line; the first 100. */
  readonly shortBy: readonly { readonly line: number; readonly sku: string; readonly quantity: Quantity }[];
  readonly cause: Cause;
}
export type Change = LevelChange | OrderChange | ReservationChange | DecisionChange;
export interface Numbered<T> {
  readonly at: ChangeNumber;
  readonly what: T;
}

/**
 * Value of a record in `supply.changes` (T = Change) and `supply.alerts` (T = Alert). `after` is the number before the first one here:
 * a receiver whose last number is smaller has missed some and reads them from the outcomes in Postgres. An empty record
 * tells that nothing follows `after` yet, so that a lost tail is noticed too.
 */
export interface NumberedRecord<T> {
  readonly v: 1;
  readonly after: ChangeNumber | null;
  readonly items: readonly Numbered<T>[];
}
export type ChangesRecord = NumberedRecord<Change>;

/** Items put into one record: the client's producer is slow per record (performance.md). */
export const RECORD_ITEMS_MAX = 200;
/** Characters of items put into one record: at 3 bytes a UTF-16 unit still under RECORD_BYTES_MAX. An item that is longer stands alone. */
export const RECORD_CHARACTERS_MAX = 512 * 1024;

/** Cuts numbered items into the values of records that follow each other without a gap. */
export function encodeRecords<T>(after: ChangeNumber | null, items: readonly Numbered<T>[]): string[] {
  const values: string[] = [];
  let last = after;
  let texts: string[] = [];
  let characters = 0;
  const cut = (next: ChangeNumber | null): void => {
    if (texts.length > 0) values.push(`{"v":1,"after":${JSON.stringify(last)},"items":[${texts.join(',')}]}`);
    last = next;
    texts = [];
    characters = 0;
  };
  let before = after;
  for (const item of items) {
    const text = JSON.stringify(item);
    if (texts.length === RECORD_ITEMS_MAX || (texts.length > 0 && characters + text.length > RECORD_CHARACTERS_MAX)) cut(before);
    texts.push(text);
    characters += text.length;
    before = item.at;
  }
  cut(before);
  return values;
}

export const encodeNumbered = <T>(record: NumberedRecord<T>): string => JSON.stringify(record);

/** Throws when the value is not a record of a version that we know: only our own services write these topics. */
export function decodeNumbered<T>(value: Uint8Array | null): NumberedRecord<T> {
  if (value === null) throw new Error('A numbered record has no value');
  const record = JSON.parse(new TextDecoder().decode(value)) as NumberedRecord<T>;
  if (record.v !== 1 || !Array.isArray(record.items)) throw new Error(`A numbered record of unknown version ${JSON.stringify(record.v)}`);
  return record;
}
