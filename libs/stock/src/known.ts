import type { EventIdentity, EventName, Instant, Level, Order, Quantity, Reservation } from '@quayside/contracts';
import type { FactPlace } from './factPlace.js';
import type { LedgerKey, Movement } from './movement.js';

/**
 * What is true at the fence, as far as it has been read. The fold notes what it misses (Wanted), its result is then thrown
 * away, the store reads what is missing, and it folds again: so it never has to guess what an event will need.
 * Keys: levelKey, ledgerKey, `<location>\t<number or reference>`, identityKey.
 */
export interface Known {
  /** Null: there was never an event. */
  readonly levels: Map<string, Level | null>;
  readonly orders: Map<string, KnownOrder>;
  readonly reservations: Map<string, Reservation | null>;
  /** Of a (location, sku). */
  readonly counts: Map<string, KnownCounts>;
  /** Key: ledgerKey, tab, placeKey. */
  readonly sums: Map<string, Quantity>;
  /** Lots with rows; key: `<location>\t<sku>\t<bucket>`. */
  readonly lots: Map<string, readonly (string | null)[]>;
  /** Null: the partition has not seen the event. */
  readonly targets: Map<string, KnownTarget | null>;
  /** Who waits for a (location, sku). */
  readonly waiting: Map<string, KnownWaiting>;
}

export interface KnownOrder {
  readonly order: Order | null;
  /** References of reservations that name it and hold or wait for something. */
  readonly attached: readonly string[];
}
export interface KnownCount extends LedgerKey, FactPlace {}
/** All counts of a (location, sku) from an instant on that are not voided, by ledgerKey. */
export interface KnownCounts {
  readonly from: Instant;
  readonly counts: ReadonlyMap<string, readonly KnownCount[]>;
}
/** An event that may be taken back. */
export interface KnownTarget {
  readonly state: 'APPLIED' | 'QUARANTINED' | 'VOIDED' | 'TOMBSTONE';
  /** Null for a tombstone. */
  readonly name: EventName | null;
  /** Of a tombstone: the location that its void names. */
  readonly voidLocation: string | null;
  /** What it booked itself. */
  readonly rows: readonly TargetRow[];
  /** Where its hop went. */
  readonly hopTo: string | null;
  /** What it consumed of reservations by themselves. */
  readonly consumed: readonly ConsumedReservation[];
  /** Of a count: all rows at its place, by ledgerKey. */
  readonly sumsAtPlace: ReadonlyMap<string, Quantity>;
}
export interface ConsumedReservation {
  readonly location: string;
  readonly reference: string;
  readonly line: number;
  readonly quantity: Quantity;
}
export type TargetRow = Pick<
  Movement,
  'kind' | 'location' | 'sku' | 'bucket' | 'lot' | 'delta' | 'occurredAt' | 'source' | 'sequence' | 'eventId' | 'orderNumber' | 'orderLine'
>;
/** The first of those that wait, in the order in which they are served. */
export interface KnownWaiting {
  readonly first: readonly WaitingLine[];
  /** There is nobody after them. */
  readonly isAll: boolean;
}
export interface WaitingLine {
  readonly holder: 'order' | 'reservation';
  /** Number or reference. */
  readonly name: string;
  readonly line: number;
  readonly promisedShipBy: Instant | null;
  /** Offset of what asked first. */
  readonly place: number;
  readonly quantity: Quantity;
  /** Of an order that is served whole: not before all of it is there. */
  readonly isWhole: boolean;
}

export const nothingKnown = (): Known => ({
  levels: new Map(),
  orders: new Map(),
  reservations: new Map(),
  counts: new Map(),
  sums: new Map(),
  lots: new Map(),
  targets: new Map(),
  waiting: new Map(),
});

/** What a fold has missed. */
export interface Wanted {
  readonly levels: Set<string>;
  readonly orders: Set<string>;
  readonly reservations: Set<string>;
  /** From which instant on. */
  readonly counts: Map<string, Instant>;
  readonly sums: Map<string, { readonly key: LedgerKey; readonly before: FactPlace }>;
  readonly lots: Set<string>;
  readonly targets: Map<string, EventIdentity>;
  /** How many. */
  readonly waiting: Map<string, number>;
}

export const nothingWanted = (): Wanted => ({
  levels: new Set(),
  orders: new Set(),
  reservations: new Set(),
  counts: new Map(),
  sums: new Map(),
  lots: new Set(),
  targets: new Map(),
  waiting: new Map(),
});

export const isSatisfied = (wanted: Wanted): boolean => Object.values(wanted).every(({ size }: { readonly size: number }) => size === 0);

/** Lines that wait, read in one go at first; more where stock goes further. */
export const WAITING_LINES_FIRST = 200;

/** Key of an order or a reservation at a location. */
export const nameKey = (location: string, name: string): string => `${location}\t${name}`;
export const sumKey = (key: string, place: string): string => `${key}\t${place}`;

/** Before whom a line is served: the promised first, then who asked first (domain.md, "Policies"). */
export function compareWaiting(a: WaitingLine, b: WaitingLine): number {
  return (a.promisedShipBy ?? Infinity) - (b.promisedShipBy ?? Infinity) || a.place - b.place || a.line - b.line;
}
