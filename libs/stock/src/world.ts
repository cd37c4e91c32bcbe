import { levelKey, type EventName, type Level, type Order, type Quantity, type Reservation } from '@quayside/contracts';
import type { StockCount } from './applied.js';
import type { ConsumedReservation, Known, TargetRow, Wanted } from './known.js';
import { nameKey, nothingWanted } from './known.js';
import { ledgerKey, type Movement } from './movement.js';

/** An event that was taken back, or will have no effect when it comes: a void is about one location. */
interface VoidAwaited {
  readonly state: 'VOIDED' | 'TOMBSTONE';
  readonly location: string;
}

/** What an event of this batch was and did, for a void that comes after it in the same batch. */
export interface BatchTarget {
  readonly state: 'APPLIED' | 'QUARANTINED';
  readonly name: EventName;
  readonly rows: readonly TargetRow[];
  readonly hopTo: string | null;
  readonly consumed: readonly ConsumedReservation[];
}

interface Line {
  readonly sku: string;
  readonly backordered: Quantity;
}

/** What the events of a batch have done so far, laid over what is known at the fence. */
export class World {
  readonly levels = new Map<string, Level>();
  readonly orders = new Map<string, Order>();
  readonly reservations = new Map<string, Reservation>();
  /** By ledgerKey. */
  readonly rows = new Map<string, Movement[]>();
  /** Lots with rows, by `<location>\t<sku>\t<bucket>`. */
  readonly lots = new Map<string, Set<string | null>>();
  /** By ledgerKey. */
  readonly counts = new Map<string, StockCount[]>();
  /** sumKey of counts that were voided. */
  readonly voidedCounts = new Set<string>();
  /** By identityKey. */
  readonly targets = new Map<string, BatchTarget>();
  /** By identityKey. */
  readonly voided = new Map<string, VoidAwaited>();
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
    const before = this.orders.get(key) ?? this.known.orders.get(key)?.order ?? null;
    this.orders.set(key, order);
    // Its place in the queue may be another one: then all of its lines have moved.
    const hasMoved = before === null || before.promisedShipBy !== order.promisedShipBy || before.place !== order.place;
    this.holds(order, { holder: `order\t${key}`, before: hasMoved ? [] : before.lines });
  }

  keepReservation(reservation: Reservation): void {
    const key = nameKey(reservation.location, reservation.reference);
    this.reservations.set(key, reservation);
    this.holds(reservation, { holder: `reservation\t${key}`, before: [] });
    if (reservation.order !== null) add(this.attached, nameKey(reservation.location, reservation.order), reservation.reference);
  }

  keepRows(movements: readonly Movement[]): void {
    for (const movement of movements) {
      const key = ledgerKey(movement);
      const rows = this.rows.get(key);
      add(this.lots, `${movement.location}\t${movement.sku}\t${movement.bucket}`, movement.lot);
      if (rows === undefined) this.rows.set(key, [movement]);
      else rows.push(movement);
    }
  }

  keepCounts(counts: readonly StockCount[]): void {
    for (const count of counts) {
      const key = ledgerKey(count);
      const counted = this.counts.get(key);
      if (counted === undefined) this.counts.set(key, [count]);
      else counted.push(count);
    }
  }

  /** Notes whose lines are not any more as they were at the fence. Lines that are the same object have not changed. */
  private holds({ location, lines }: { location: string; lines: readonly Line[] }, { holder, before }: { holder: string; before: readonly Line[] }): void {
    for (const [index, line] of lines.entries()) if (line !== before[index]) add(this.holders, levelKey(location, line.sku), holder);
  }
}

function add<T>(sets: Map<string, Set<T>>, key: string, value: T): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([value]));
  else set.add(value);
}
