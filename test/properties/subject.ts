import type { Change, EventIdentity, Instant, Level, MovementKind, Order, Quantity, Reservation, ReservationEntryKind } from '@quayside/contracts';
import type { HistoryRecord } from './historyRecord.js';

/**
 * What is under test, by its outside only: the oracle is written from domain.md and knows nothing else of `libs/stock`.
 * `MemoryState` of that room has this shape.
 */
export interface Subject {
  /** Records in the order of the log of one partition; repeats are found inside. */
  take(records: readonly HistoryRecord[]): readonly Taken[];
  /** Every ledger row, in the order in which rows were applied. */
  readonly rows: readonly Row[];
  /** By levelKey. */
  readonly levels: ReadonlyMap<string, Level>;
  /** By `<location>\t<number>`. */
  readonly orders: ReadonlyMap<string, Order>;
  /** By `<location>\t<reference>`. */
  readonly reservations: ReadonlyMap<string, Reservation>;
  readonly entries: readonly Entry[];
}

export interface Row {
  readonly offset: number;
  readonly line: number;
  readonly kind: MovementKind;
  readonly location: string;
  readonly sku: string;
  readonly lot: string | null;
  readonly bucket: string;
  readonly delta: Quantity;
  readonly occurredAt: Instant;
  readonly source: string;
  readonly sequence: number;
  readonly eventId: string;
  readonly recordedAt: Instant;
  readonly onHandAfter: Quantity;
  readonly availableAfter: Quantity;
  readonly late: boolean;
  readonly by: EventIdentity | null;
  readonly orderNumber: string | null;
  readonly orderLine: number | null;
}

export interface Entry {
  readonly offset: number;
  readonly index: number;
  readonly location: string;
  readonly sku: string;
  readonly orderNumber: string | null;
  readonly reference: string | null;
  readonly line: number;
  readonly kind: ReservationEntryKind;
  readonly delta: Quantity;
  readonly availableBefore: Quantity | null;
  readonly recordedAt: Instant;
}

export interface RaisedException {
  readonly kind: string;
  readonly sku: string | null;
}

export type Taken =
  | {
      readonly kind: 'applied';
      readonly exceptions: readonly RaisedException[];
      readonly outcome: { readonly changes: readonly Change[]; readonly hops: readonly HopSent[] };
    }
  | { readonly kind: 'setAside'; readonly reason: string; readonly detail: string }
  | { readonly kind: 'repeat' };

interface HopSent {
  readonly location: string;
  readonly envelope: HistoryRecord['envelope'];
}
