import type { Bucket, EventIdentity, Instant, MovementKind, Quantity } from '@quayside/contracts';

/** What a ledger row is summed up by: one bucket of one item at one location, of one lot or of none. */
export interface LedgerKey {
  readonly location: string;
  readonly sku: string;
  readonly bucket: Bucket;
  readonly lot: string | null;
}

/** No code holds a tab, and a lot is never empty. */
export const ledgerKey = ({ location, sku, bucket, lot }: LedgerKey): string => `${location}\t${sku}\t${bucket}\t${lot ?? ''}`;

/** One ledger row: what a fact did to one bucket of one level. (occurredAt, source, sequence, eventId) is its place in the order of facts. */
export interface Movement extends LedgerKey {
  /** Place among the event's movements, from 0. */
  readonly line: number;
  readonly kind: MovementKind;
  readonly delta: Quantity;
  readonly occurredAt: Instant;
  readonly source: string;
  readonly sequence: number;
  readonly eventId: string;
  readonly reason: string | null;
  readonly document: string | null;
  /** Order that the fact names, and its line. */
  readonly orderNumber: string | null;
  readonly orderLine: number | null;
  /** The event that booked this row at the place of another; null: the fact itself. */
  readonly by: EventIdentity | null;
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
  /** Line of the order that the goods went to, or came back from; null without an order, or before the order is known. */
  readonly orderLine: number | null;
}
