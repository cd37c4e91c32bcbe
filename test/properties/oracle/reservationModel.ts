import type { Instant, Quantity, ReservationEvent } from '@quayside/contracts';
import type { Place } from '../historyRecord.js';
import { byLine, type DemandLine, type Holder, newDemandLine } from './demand.js';
import type { PromiseBook } from './promiseBook.js';

export interface ReservationState extends Holder {
  readonly order: string | null;
  readonly source: string;
  readonly decidedAt: Instant;
  expiresAt: Instant | null;
  expiryOffset: number | null;
}

const isReservation = (holder: Holder): holder is ReservationState => holder.kind === 'reservation';
export const holdsSomething = (reservation: ReservationState): boolean => reservation.lines.some((line) => line.active > 0 || line.backordered > 0);

/** True where there was already one of that reference. */
type WasThere = boolean;

/** Reservations that were asked for by themselves. */
export class ReservationModel {
  constructor(private readonly book: PromiseBook) {}

  all(): ReservationState[] {
    return this.book.holders.filter(isReservation);
  }

  apply(event: ReservationEvent, at: Place): WasThere {
    const found = this.find(event.location, event.reservation);
    switch (event.name) {
      case 'reservation.requested':
        if (found !== undefined) return true;
        this.request(event, at);
        return false;
      case 'reservation.released':
        if (found !== undefined) this.giveUp(found, event);
        return false;
      case 'reservation.extended':
        if (found !== undefined && holdsSomething(found)) Object.assign(found, { expiresAt: event.expiresAt, expiryOffset: at.offset });
        return false;
      case 'reservation.expired':
        if (found?.expiryOffset === event.expiryOffset) this.expire(found);
        return false;
    }
  }

  /** Placing an order takes over what was held for it: its reservations let go, right before the order asks. */
  handOver(location: string, order: string): void {
    for (const reservation of this.namedFor(location, order)) this.giveUp(reservation, {});
  }

  /** Takes at most `limit` of what is held for an order; returns what was taken. */
  consume({ location, order, sku }: { readonly location: string; readonly order: string; readonly sku: string }, limit: Quantity): ConsumedPart[] {
    const parts: ConsumedPart[] = [];
    let left = limit;
    for (const reservation of this.namedFor(location, order)) {
      for (const line of [...reservation.lines].filter((each) => each.sku === sku).sort(byLine)) {
        const quantity = Math.min(left, line.active);
        if (quantity === 0) continue;
        this.book.consume(reservation, line, quantity);
        parts.push({ reservation, line, quantity });
        left -= quantity;
      }
      this.forgetExpiryOfEmpty(reservation);
    }
    return parts;
  }

  private request(event: Extract<ReservationEvent, { name: 'reservation.requested' }>, at: Place): void {
    const reservation: ReservationState = {
      kind: 'reservation',
      location: event.location,
      name: event.reservation,
      policy: event.policy ?? 'ALL_OR_NOTHING',
      promisedShipBy: null,
      place: at.offset,
      lines: event.lines.map(({ line, sku }) => newDemandLine(line, sku)).sort(byLine),
      order: event.order ?? null,
      source: event.source,
      decidedAt: at.recordedAt,
      expiresAt: event.expiresAt ?? null,
      expiryOffset: event.expiresAt === undefined ? null : at.offset,
    };
    this.book.holders.push(reservation);
    const quantityOf = new Map(event.lines.map(({ line, quantity }) => [line, quantity]));
    this.book.ask(
      reservation,
      reservation.lines.map((line) => ({ line, quantity: quantityOf.get(line.line) ?? 0 })),
    );
    this.forgetExpiryOfEmpty(reservation);
  }

  /** What waits goes first. */
  private giveUp(
    reservation: ReservationState,
    { line: only, quantity = Number.MAX_SAFE_INTEGER }: { readonly line?: number; readonly quantity?: Quantity },
  ): void {
    let left = quantity;
    const lines = reservation.lines.filter(({ line }) => only === undefined || line === only).sort(byLine);
    for (const line of lines) {
      const waiting = Math.min(left, line.backordered);
      this.book.withdraw(line, waiting);
      left -= waiting;
    }
    for (const line of lines) {
      const held = Math.min(left, line.active);
      this.book.release(reservation, line, held);
      left -= held;
    }
    this.forgetExpiryOfEmpty(reservation);
  }

  private expire(reservation: ReservationState): void {
    for (const line of reservation.lines) {
      this.book.withdraw(line, line.backordered);
      this.book.expire(reservation, line, line.active);
    }
    this.forgetExpiryOfEmpty(reservation);
  }

  private forgetExpiryOfEmpty(reservation: ReservationState): void {
    if (!holdsSomething(reservation)) reservation.expiryOffset = null;
  }

  private namedFor(location: string, order: string): ReservationState[] {
    return this.all()
      .filter((each) => each.location === location && each.order === order)
      .sort((a, b) => a.place - b.place);
  }

  private find(location: string, name: string): ReservationState | undefined {
    return this.all().find((each) => each.location === location && each.name === name);
  }
}

export interface ConsumedPart {
  readonly reservation: ReservationState;
  readonly line: DemandLine;
  readonly quantity: Quantity;
}
