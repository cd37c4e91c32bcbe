import type { Instant } from './instant.js';
import type { Quantity } from './quantity.js';

/** What happens to what does not fit: every line or none · what is there, the rest is refused · what is there, the rest waits. */
export const RESERVATION_POLICIES = ['ALL_OR_NOTHING', 'PARTIAL', 'BACKORDER'] as const;
export type ReservationPolicy = (typeof RESERVATION_POLICIES)[number];

/**
 * What was asked for by one line of an order or of a reservation, and what became of it (identity I2, domain.md):
 * requested = confirmed + backordered + rejected + withdrawn; confirmed = active + consumed + released + expired; each ≥ 0.
 */
export interface Promised {
  readonly requested: Quantity;
  readonly confirmed: Quantity;
  /** Waits for stock. */
  readonly backordered: Quantity;
  readonly rejected: Quantity;
  /** Was asked for and then not wanted any more, before it was confirmed. */
  readonly withdrawn: Quantity;
  /** Holds stock now: Σ active of a (location, sku) is its level's `reserved`. */
  readonly active: Quantity;
  /** Shipped. */
  readonly consumed: Quantity;
  readonly released: Quantity;
  readonly expired: Quantity;
}

/** Names of all parts of a promise: fields here, columns in Postgres. */
export const PROMISED_NAMES = [
  'requested',
  'confirmed',
  'backordered',
  'rejected',
  'withdrawn',
  'active',
  'consumed',
  'released',
  'expired',
] as const satisfies readonly (keyof Promised)[];

export const NOTHING_PROMISED: Promised = {
  requested: 0,
  confirmed: 0,
  backordered: 0,
  rejected: 0,
  withdrawn: 0,
  active: 0,
  consumed: 0,
  released: 0,
  expired: 0,
};

export interface ReservationLine extends Promised {
  readonly line: number;
  readonly sku: string;
}

/** A reservation that was asked for by itself; those of orders are their lines' own. (location, reference) identifies it. */
export interface Reservation {
  readonly location: string;
  readonly reference: string;
  readonly source: string;
  /** Order for which the stock is held: shipping it consumes the reservation, placing it hands the stock over. */
  readonly order: string | null;
  readonly policy: ReservationPolicy;
  readonly expiresAt: Instant | null;
  /** Offset of the record that set `expiresAt`, while that expiry is still to act; null without one, or when nothing is held any more. */
  readonly expiryOffset: number | null;
  /** Offset of the request: its place in the log, by which those that wait are served. */
  readonly place: number;
  readonly lines: readonly ReservationLine[];
  /** recordedAt of the request. */
  readonly decidedAt: Instant;
  readonly version: number;
  readonly updatedAt: Instant;
}

/** Lines of a reservation that a change tells: it has to fit into a record of the log, whatever was asked for. */
export const RESERVATION_LINES_TOLD = 250;

/** What a change says of a reservation: the sums of its lines, and the first RESERVATION_LINES_TOLD of them. The others are read by its key. */
export interface ReservationSummary extends Reservation, Promised {
  readonly lineCount: number;
}

export function summarizeReservation({ lines, ...header }: Reservation): ReservationSummary {
  const sums: { -readonly [Name in keyof Promised]: Quantity } = { ...NOTHING_PROMISED };
  for (const line of lines) for (const name of PROMISED_NAMES) sums[name] += line[name];
  return { ...header, lines: lines.slice(0, RESERVATION_LINES_TOLD), lineCount: lines.length, ...sums };
}

export const RESERVATION_STATUSES = ['CONFIRMED', 'BACKORDERED', 'REJECTED', 'CONSUMED', 'RELEASED', 'EXPIRED'] as const;
export type ReservationStatus = (typeof RESERVATION_STATUSES)[number];

/** Where a promise stands, in one word: what is still held or waits comes first, then how the last of it ended. */
export function reservationStatus(line: Promised): ReservationStatus {
  if (line.active > 0) return 'CONFIRMED';
  if (line.backordered > 0) return 'BACKORDERED';
  if (line.consumed > 0) return 'CONSUMED';
  if (line.expired > 0) return 'EXPIRED';
  if (line.released > 0 || line.withdrawn > 0) return 'RELEASED';
  return 'REJECTED';
}

/** What a reservation entry did to a promise: CONFIRMED, RESTORED raise `active`; the others lower it. */
export const RESERVATION_ENTRY_KINDS = ['CONFIRMED', 'CONSUMED', 'RELEASED', 'EXPIRED', 'RESTORED'] as const;
export type ReservationEntryKind = (typeof RESERVATION_ENTRY_KINDS)[number];
