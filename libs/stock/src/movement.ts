import type { Bucket, Instant, MovementKind, Quantity } from '@quayside/contracts';

/** One ledger row: what one line of an event did to one bucket of one level. */
export interface Movement {
  /** Place among the event's movements, from 0. */
  readonly line: number;
  readonly kind: MovementKind;
  readonly location: string;
  readonly sku: string;
  readonly lot: string | null;
  readonly bucket: Bucket;
  readonly delta: Quantity;
  readonly occurredAt: Instant;
  readonly reason: string | null;
  readonly document: string | null;
  /** Level right after this row, in the order in which rows are applied. */
  readonly onHandAfter: Quantity;
  readonly availableAfter: Quantity;
  /** A newer fact of the same level had been applied before. */
  readonly late: boolean;
}

/** What an event asks of one bucket, before it is booked. */
export interface Booking {
  readonly kind: MovementKind;
  readonly sku: string;
  readonly lot: string | null;
  readonly bucket: Bucket;
  readonly delta: Quantity;
}
