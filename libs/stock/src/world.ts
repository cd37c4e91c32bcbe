import { levelKey, type EventName, type Level, type Order, type Quantity, type Reservation } from '@quayside/contracts';
import type { StockCount } from './applied.js';
import type { ConsumedReservation, Known, TargetRow, Wanted } from './known.js';
import { nameKey, nothingWanted } from './known.js';
import { ledgerKey, type Movement } from './movement.js';

/** What an event of this batch was and did, for a void that comes after it in the same batch. */
export interface BatchTarget {
  readonly name: EventName;
  readonly rows: readonly TargetRow[];
  readonly hopTo: string | null;
  readonly consumed: readonly ConsumedReservation[];
}

/** What the events of a batch have done so far, laid over what is known at the fence. */
export class World {
  readonly levels = new Map<string, Level>();
  readonly orders = new Map<string, Order>();
  readonly reservations = new Map<string, Reservation>();
  /** By ledgerKey. */
  readonly rows = new Map<string, Movement[]>();
  /** By levelKey. */
  readonly counts = new Map<string, StockCount[]>();
  /** sumKey of counts that were voided. */
  readonly voidedCounts = new Set<string>();
  /** By identityKey. */
  readonly targets = new Map<string, BatchTarget>();
  /** By identityKey. */
  readonly voided = new Map<string, 'VOIDED' | 'TOMBSTONE'>();
  /** nameKeys of orders, by order: references of reservations that name it and came in this batch. */
  readonly attached = new Map<string, Set<string>>();
  /** By levelKey: nameKeys, with their holder in front, that have a line of it and changed in this batch. */
  readonly holders = new Map<string, Set<string>>();
  readonly wanted: Wanted = nothingWanted();

  constructor(readonly known: Known) {}

  level(key: string): Level | null {
    const level = this.levels.get(key) ?? this.known.levels.get(key);
    if (level === undefined) this.wanted.levels.add(key);
    return level ?? null;
  }

  order(location: string, number: string): { readonly order: Order | null; readonly attached: readonly string[] } {
    const key = nameKey(location, number);
    const known = this.known.orders.get(key);
    if (known === undefined) this.wanted.orders.add(key);
    return { order: this.orders.get(key) ?? known?.order ?? null, attached: [...new Set([...(known?.attached ?? []), ...(this.attached.get(key) ?? [])])] };
  }

  reservation(location: string, reference: string): Reservation | null {
    const key = nameKey(location, reference);
    const reservation = this.reservations.get(key) ?? this.known.reservations.get(key);
    if (reservation === undefined) this.wanted.reservations.add(key);
    return reservation ?? null;
  }

  keepOrder(order: Order): void {
    const key = nameKey(order.location, order.number);
    this.orders.set(key, order);
    this.holds(order, `order\t${key}`);
  }

  keepReservation(reservation: Reservation): void {
    const key = nameKey(reservation.location, reservation.reference);
    this.reservations.set(key, reservation);
    this.holds(reservation, `reservation\t${key}`);
    if (reservation.order !== null) add(this.attached, nameKey(reservation.location, reservation.order), reservation.reference);
  }

  keepRows(movements: readonly Movement[]): void {
    for (const movement of movements) {
      const key = ledgerKey(movement);
      const rows = this.rows.get(key);
      if (rows === undefined) this.rows.set(key, [movement]);
      else rows.push(movement);
    }
  }

  keepCounts(counts: readonly StockCount[]): void {
    for (const count of counts) {
      const key = levelKey(count.location, count.sku);
      const counted = this.counts.get(key);
      if (counted === undefined) this.counts.set(key, [count]);
      else counted.push(count);
    }
  }

  private holds({ location, lines }: { location: string; lines: readonly { sku: string; backordered: Quantity }[] }, holder: string): void {
    for (const { sku } of lines) add(this.holders, levelKey(location, sku), holder);
  }
}

function add<T>(sets: Map<string, Set<T>>, key: string, value: T): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([value]));
  else set.add(value);
}
