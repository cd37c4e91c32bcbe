import { levelKey, splitLevelKey, type EventName, type Instant, type Level, type Order, type Reservation } from '@quayside/contracts';
import type { Applied, ReservationEntry, SetAside, StockCount } from './applied.js';
import { placeOfRow } from './book.js';
import { comparePlaces, identityKey, placeKey } from './factPlace.js';
import { consumedOf, firstWanted, foldBatch, type Folded, type FreshRecord } from './foldBatch.js';
import { compareWaiting, isSatisfied, nothingKnown, sumKey, type Known, type KnownTarget, type WaitingLine, type Wanted } from './known.js';
import { ledgerKey, type Movement } from './movement.js';

/** A ledger row with the record that made it. */
export interface StoredRow extends Movement {
  readonly offset: number;
  readonly recordedAt: Instant;
}
export interface StoredEntry extends ReservationEntry {
  readonly offset: number;
  readonly index: number;
  readonly recordedAt: Instant;
}
interface StoredEvent {
  /** Of a void that waits for it. */
  voidLocation: string | null;
  state: 'APPLIED' | 'QUARANTINED' | 'VOIDED' | 'TOMBSTONE';
  offset: number;
  readonly name: EventName | null;
  readonly hopTo: string | null;
}

/** Rounds of reading and folding that a batch may take: each learns something, so more than a few are a fault. */
const ROUNDS_MAX = 100;

/** One partition's state in memory: the twin of the tables, for tests and the simulator. It folds as the batch runner does. */
export class MemoryState {
  readonly rows: StoredRow[] = [];
  readonly entries: StoredEntry[] = [];
  readonly levels = new Map<string, Level>();
  readonly orders = new Map<string, Order>();
  readonly reservations = new Map<string, Reservation>();
  private readonly counts: StockCount[] = [];
  private readonly voidedCounts = new Set<string>();
  private readonly events = new Map<string, StoredEvent>();

  /** Takes records of the log, in its order, as one batch; answers one by one. */
  take(records: readonly FreshRecord[]): (Applied | SetAside | { readonly kind: 'repeat' })[] {
    const taken = new Set<string>();
    const fresh: FreshRecord[] = [];
    for (const record of records) {
      const key = identityKey(record.event);
      const state = this.events.get(key)?.state;
      if (taken.has(key) || (state !== undefined && state !== 'TOMBSTONE')) continue;
      taken.add(key);
      fresh.push(state === 'TOMBSTONE' ? { ...record, isVoided: this.events.get(key)?.voidLocation === record.event.location } : record);
    }
    const folded = this.fold(fresh);
    this.keep(folded);
    const results = new Map(folded.records.map(({ record, result }) => [record.at.offset, result]));
    return records.map(({ at }) => results.get(at.offset) ?? { kind: 'repeat' });
  }

  private fold(fresh: readonly FreshRecord[]): Folded {
    const known = nothingKnown();
    this.learn(firstWanted(fresh), known);
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const folded = foldBatch(known, fresh);
      if (isSatisfied(folded.wanted)) return folded;
      this.learn(folded.wanted, known);
    }
    throw new Error('The fold goes on asking');
  }

  /** Answers what a fold has missed. */
  learn(wanted: Wanted, known: Known): void {
    for (const key of wanted.levels) known.levels.set(key, this.levels.get(key) ?? null);
    for (const key of wanted.reservations) known.reservations.set(key, this.reservations.get(key) ?? null);
    for (const key of wanted.orders) known.orders.set(key, { order: this.orders.get(key) ?? null, attached: this.attachedTo(key) });
    for (const [key, from] of wanted.counts) known.counts.set(key, { from, counts: this.countsFrom(key, from) });
    for (const [name, { key, before }] of wanted.sums) {
      const rows = this.rows.filter((row) => ledgerKey(row) === ledgerKey(key) && comparePlaces(placeOfRow(row), before) < 0);
      known.sums.set(
        name,
        rows.reduce((sum, { delta }) => sum + delta, 0),
      );
    }
    for (const name of wanted.lots) {
      known.lots.set(name, [...new Set(this.rows.filter((row) => `${row.location}\t${row.sku}\t${row.bucket}` === name).map(({ lot }) => lot))]);
    }
    for (const [key] of wanted.targets) known.targets.set(key, this.targetOf(key));
    for (const [key, limit] of wanted.waiting) {
      const lines = this.waitingFor(key);
      known.waiting.set(key, { first: lines.slice(0, limit), isAll: lines.length <= limit });
    }
  }

  private attachedTo(orderKey: string): string[] {
    return [...this.reservations.values()]
      .filter(({ location, order, lines }) => `${location}\t${order}` === orderKey && lines.some(({ active, backordered }) => active + backordered > 0))
      .map(({ reference }) => reference);
  }

  private countsFrom(key: string, from: Instant): Map<string, StockCount[]> {
    const counts = this.counts.filter(
      (count) => levelKey(count.location, count.sku) === key && count.occurredAt >= from && !this.voidedCounts.has(sumKey(ledgerKey(count), placeKey(count))),
    );
    const byKey = new Map<string, StockCount[]>();
    for (const count of counts) byKey.set(ledgerKey(count), [...(byKey.get(ledgerKey(count)) ?? []), count]);
    return byKey;
  }

  private targetOf(key: string): KnownTarget | null {
    const event = this.events.get(key);
    if (event === undefined) return null;
    if (event.state === 'QUARANTINED' && event.voidLocation !== null) return { ...event, state: 'TOMBSTONE', rows: [], consumed: [], sumsAtPlace: new Map() };
    const rows = this.rows.filter(({ offset, by }) => offset === event.offset && by === null);
    const sumsAtPlace = new Map<string, number>();
    const places = new Set(rows.map((row) => placeKey(placeOfRow(row))));
    for (const row of this.rows) {
      if (places.has(placeKey(placeOfRow(row)))) sumsAtPlace.set(ledgerKey(row), (sumsAtPlace.get(ledgerKey(row)) ?? 0) + row.delta);
    }
    const consumed = consumedOf(this.entries.filter(({ offset }) => offset === event.offset));
    return { ...event, rows, sumsAtPlace, consumed };
  }

  private waitingFor(key: string): WaitingLine[] {
    const { location, sku } = splitLevelKey(key);
    const ofOrders = [...this.orders.values()].flatMap((order) =>
      order.location !== location
        ? []
        : order.lines
            .filter((line) => line.sku === sku && line.backordered > 0)
            .map(({ line, backordered: quantity }) => ({
              holder: 'order' as const,
              name: order.number,
              line,
              promisedShipBy: order.promisedShipBy,
              place: order.place ?? 0,
              quantity,
              isWhole: order.policy === 'ALL_OR_NOTHING',
            })),
    );
    const ofReservations = [...this.reservations.values()].flatMap((reservation) =>
      reservation.location !== location
        ? []
        : reservation.lines
            .filter((line) => line.sku === sku && line.backordered > 0)
            .map(({ line, backordered: quantity }) => ({
              holder: 'reservation' as const,
              name: reservation.reference,
              line,
              promisedShipBy: null,
              place: reservation.place,
              quantity,
              isWhole: false,
            })),
    );
    return [...ofOrders, ...ofReservations].sort(compareWaiting);
  }

  private keep({ records, levels, orders, reservations, voidedCounts }: Folded): void {
    for (const [key, level] of levels) this.levels.set(key, level);
    for (const [key, order] of orders) this.orders.set(key, order);
    for (const [key, reservation] of reservations) this.reservations.set(key, reservation);
    for (const key of voidedCounts) this.voidedCounts.add(key);
    for (const { record, result } of records) {
      const { offset, recordedAt } = record.at;
      const isApplied = result.kind === 'applied';
      const state = !isApplied ? 'QUARANTINED' : result.isVoided ? 'VOIDED' : 'APPLIED';
      const hopTo = isApplied ? (result.outcome.hops[0]?.location ?? null) : null;
      this.events.set(identityKey(record.event), { state, offset, name: record.event.name, hopTo, voidLocation: null });
      if (!isApplied) continue;
      this.rows.push(...result.movements.map((row) => ({ ...row, offset, recordedAt })));
      this.entries.push(...result.entries.map((entry, index) => ({ ...entry, offset, index, recordedAt })));
      this.counts.push(...result.counts);
      if (result.voids !== null) this.keepVoid(result.voids, { offset, location: record.event.location });
    }
  }

  private keepVoid(target: NonNullable<Applied['voids']>, { offset, location }: { offset: number; location: string }): void {
    const key = identityKey(target);
    const event = this.events.get(key);
    if (event === undefined) this.events.set(key, { state: 'TOMBSTONE', offset, name: null, hopTo: null, voidLocation: location });
    else if (target.state === 'VOIDED') event.state = 'VOIDED';
    else {
      event.voidLocation = location;
      if (event.state === 'TOMBSTONE') event.offset = offset;
    }
  }
}
