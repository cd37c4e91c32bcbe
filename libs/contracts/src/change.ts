import type { EventName } from './event.js';
import type { Instant } from './instant.js';
import type { Level } from './level.js';
import type { OrderSummary } from './order.js';
import type { Reservation } from './promise.js';
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
  readonly reservation: Reservation;
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
  /** Of a reservation: what was missing, by line. */
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

/** Cuts numbered items into records that follow each other without a gap. */
export function packRecords<T>(after: ChangeNumber | null, items: readonly Numbered<T>[]): NumberedRecord<T>[] {
  const records: NumberedRecord<T>[] = [];
  let last = after;
  for (let from = 0; from < items.length; from += RECORD_ITEMS_MAX) {
    const part = items.slice(from, from + RECORD_ITEMS_MAX);
    records.push({ v: 1, after: last, items: part });
    last = part[part.length - 1]?.at ?? last;
  }
  return records;
}

export const encodeNumbered = <T>(record: NumberedRecord<T>): string => JSON.stringify(record);

/** Throws when the value is not a record of a version that we know: only our own services write these topics. */
export function decodeNumbered<T>(value: Uint8Array | null): NumberedRecord<T> {
  if (value === null) throw new Error('A numbered record has no value');
  const record = JSON.parse(new TextDecoder().decode(value)) as NumberedRecord<T>;
  if (record.v !== 1 || !Array.isArray(record.items)) throw new Error(`A numbered record of unknown version ${JSON.stringify(record.v)}`);
  return record;
}
