import {
  available,
  emptyLevel,
  levelKey,
  onHand,
  position,
  type Bucket,
  type EventIdentity,
  type Hop,
  type Instant,
  type Level,
  type Order,
  type Quantity,
  type Reservation,
} from '@quayside/contracts';
import type { ReservationEntry, StockCount, StockException, VoidedIdentity } from './applied.js';
import type { LogPosition } from './logPosition.js';
import { nameKey } from './known.js';
import { ledgerKey, type Movement } from './movement.js';
import type { World } from './world.js';

/** The event would take a number beyond what a quantity can hold: it is set aside whole. */
class Overflow extends Error {
  readonly code = 'OVERFLOW';
  override readonly name = 'Overflow';
}

const NO_ORDERS: ReadonlyMap<string, Order> = new Map();
const NO_RESERVATIONS: ReadonlyMap<string, Reservation> = new Map();

/** What one event does, laid over the world: taken over whole when it is applied, forgotten when it is set aside. */
export class Draft {
  readonly levels = new Map<string, Level>();
  private changedOrders: Map<string, Order> | null = null;
  private changedReservations: Map<string, Reservation> | null = null;
  readonly movements: Movement[] = [];
  readonly entries: ReservationEntry[] = [];
  readonly counts: StockCount[] = [];
  readonly voidedCounts = new Set<string>();
  private readonly rows = new Map<string, Movement[]>();
  private readonly countsByKey = new Map<string, StockCount[]>();
  readonly exceptions: StockException[] = [];
  readonly hops: Hop[] = [];
  voids: VoidedIdentity | null = null;

  constructor(
    readonly world: World,
    readonly at: LogPosition & { readonly occurredAt: Instant },
    /** The event that a sender sent: of a hop, its cause. */
    readonly cause: EventIdentity,
  ) {}

  // Most events have neither: a map for each would cost more than the event.
  get orders(): ReadonlyMap<string, Order> {
    return this.changedOrders ?? NO_ORDERS;
  }
  get reservations(): ReadonlyMap<string, Reservation> {
    return this.changedReservations ?? NO_RESERVATIONS;
  }

  level(location: string, sku: string): Level {
    const key = levelKey(location, sku);
    return this.levels.get(key) ?? this.world.level(key) ?? emptyLevel(location, sku);
  }

  /** Adds to what is promised of a level, and to what waits for it. */
  stepLevel(location: string, sku: string, { reserved = 0, backordered = 0 }: { reserved?: Quantity; backordered?: Quantity }): Level {
    const before = this.level(location, sku);
    return this.keepLevel(before, { ...before, reserved: before.reserved + reserved, backordered: before.backordered + backordered });
  }

  /** Books a delta of one bucket, and what that says of the level's times. */
  bookLevel(
    location: string,
    sku: string,
    { bucket, delta, occurredAt, isOutbound }: { bucket: Bucket; delta: Quantity; occurredAt: Instant; isOutbound: boolean },
  ): Level {
    const before = this.level(location, sku);
    const { lastEventAt, lastOutboundAt } = before;
    return this.keepLevel(before, {
      ...before,
      [bucket]: before[bucket] + delta,
      lastEventAt: lastEventAt === null || lastEventAt < occurredAt ? occurredAt : lastEventAt,
      lastOutboundAt: isOutbound && (lastOutboundAt === null || lastOutboundAt < occurredAt) ? occurredAt : lastOutboundAt,
    });
  }

  /** Puts fields of a level in place of what they were. */
  putLevel(location: string, sku: string, put: Partial<Pick<Level, 'lastCountAt' | 'lastOutboundAt' | 'reorderPoint' | 'safetyStock'>>): Level {
    const before = this.level(location, sku);
    return this.keepLevel(before, { ...before, ...put });
  }

  /** A level's version grows once an event, however often the event changes it. */
  private keepLevel(before: Level, next: Level): Level {
    const key = levelKey(next.location, next.sku);
    const version = this.levels.has(key) ? before.version : before.version + 1;
    const level = { ...next, version, updatedAt: this.at.recordedAt };
    if (!isCountable(level)) throw new Overflow(`${level.sku} at ${level.location} would go beyond what a quantity can hold`);
    this.levels.set(key, level);
    return level;
  }

  order(location: string, number: string): Order | null {
    return this.orders.get(nameKey(location, number)) ?? this.world.order(location, number).order;
  }

  /** The order's version grows once an event. */
  keepOrder(order: Order): void {
    const key = nameKey(order.location, order.number);
    const version = this.orders.get(key)?.version ?? order.version + 1;
    this.changedOrders ??= new Map();
    this.changedOrders.set(key, { ...order, version, updatedAt: this.at.recordedAt });
  }

  /** Reservations by themselves that name an order, as they stand now, in the order in which they were asked for. */
  attachedTo(location: string, number: string): Reservation[] {
    return this.world
      .order(location, number)
      .attached.flatMap((reference) => this.reservation(location, reference) ?? [])
      .sort((a, b) => a.place - b.place);
  }

  reservation(location: string, reference: string): Reservation | null {
    return this.reservations.get(nameKey(location, reference)) ?? this.world.reservation(location, reference);
  }

  keepReservation(reservation: Reservation): void {
    const key = nameKey(reservation.location, reservation.reference);
    const version = this.reservations.get(key)?.version ?? reservation.version + 1;
    const isOver = reservation.lines.every(({ active, backordered }) => active === 0 && backordered === 0);
    this.changedReservations ??= new Map();
    this.changedReservations.set(key, { ...reservation, version, updatedAt: this.at.recordedAt, ...(isOver ? { expiryOffset: null } : {}) });
  }

  /** A row, found again by its key: a count of thousands of lines asks for each. */
  keepRow(movement: Movement): void {
    this.movements.push(movement);
    const key = ledgerKey(movement);
    const rows = this.rows.get(key);
    if (rows === undefined) this.rows.set(key, [movement]);
    else rows.push(movement);
  }

  /** Rows of a key that this batch has booked so far, this event's too. */
  rowsOf(key: string): readonly Movement[] {
    const [before, own] = [this.world.rows.get(key) ?? [], this.rows.get(key) ?? []];
    return own.length === 0 ? before : [...before, ...own];
  }

  keepCount(count: StockCount): void {
    this.counts.push(count);
    const key = ledgerKey(count);
    const counts = this.countsByKey.get(key);
    if (counts === undefined) this.countsByKey.set(key, [count]);
    else counts.push(count);
  }

  /** Counts of a key that this batch has made so far, this event's too. */
  countsOf(key: string): readonly StockCount[] {
    const [before, own] = [this.world.counts.get(key) ?? [], this.countsByKey.get(key) ?? []];
    return own.length === 0 ? before : [...before, ...own];
  }

  note(kind: StockException['kind'], detail: string, sku: string | null = null): void {
    this.exceptions.push({ kind, sku, detail });
  }
}

/** Every number that can be derived from a level has to be exact, the sums too. */
function isCountable(level: Level): boolean {
  const { isSafeInteger } = Number;
  const { sellable, inspection, hold, damaged, reserved, backordered } = level;
  return (
    isSafeInteger(sellable) &&
    isSafeInteger(inspection) &&
    isSafeInteger(hold) &&
    isSafeInteger(damaged) &&
    isSafeInteger(reserved) &&
    isSafeInteger(backordered) &&
    isSafeInteger(onHand(level)) &&
    isSafeInteger(available(level)) &&
    isSafeInteger(position(level))
  );
}
