import type {
  EventIdentity,
  ExceptionKind,
  Instant,
  Level,
  Order,
  OrderStage,
  Outcome,
  Quantity,
  Reservation,
  ReservationEntryKind,
} from '@quayside/contracts';
import type { FactPlace } from './factPlace.js';
import type { LedgerKey, Movement } from './movement.js';

export interface StockException {
  readonly kind: ExceptionKind;
  readonly sku: string | null;
  readonly detail: string;
}

/** A change of a promise at the time of its decision. Exactly one of `orderNumber` and `reference` names whose it is. */
export interface ReservationEntry {
  readonly location: string;
  readonly sku: string;
  readonly orderNumber: string | null;
  readonly reference: string | null;
  readonly line: number;
  readonly kind: ReservationEntryKind;
  /** Signed change of `active`. */
  readonly delta: Quantity;
  /** Of CONFIRMED: what was available right before it (I4). */
  readonly availableBefore: Quantity | null;
}

/** What was counted of one key. */
export interface StockCount extends LedgerKey, FactPlace {
  readonly counted: Quantity;
}
export interface StageChange {
  readonly location: string;
  readonly orderNumber: string;
  readonly stage: OrderStage;
}
/** What a void does to its target's identity. */
export interface VoidedIdentity extends EventIdentity {
  /** VOIDED: it was applied, and is taken back. TOMBSTONE: it has not come, or waits in quarantine. */
  readonly state: 'VOIDED' | 'TOMBSTONE';
}

/** What an event does. `levels`, `orders` and `reservations` are whole new values, each with its version grown by one. */
export interface Applied {
  readonly kind: 'applied';
  readonly occurredAt: Instant;
  readonly movements: readonly Movement[];
  readonly levels: readonly Level[];
  readonly orders: readonly Order[];
  readonly reservations: readonly Reservation[];
  readonly entries: readonly ReservationEntry[];
  readonly stages: readonly StageChange[];
  readonly counts: readonly StockCount[];
  readonly exceptions: readonly StockException[];
  /** Its void had come before it: it has no effect, and this is its state. */
  readonly isVoided: boolean;
  /** Of a void. */
  readonly voids: VoidedIdentity | null;
  readonly outcome: Outcome;
}
/** The event has no effect at all and waits for a person. */
export interface SetAside {
  readonly kind: 'setAside';
  readonly reason: 'OVERFLOW' | 'CLOCK_SKEW' | 'POISON' | 'VOID_NOT_ALLOWED';
  readonly detail: string;
}
