import {
  PROMISED_NAMES,
  type EarlyFacts,
  type JoinedGoods,
  type Order,
  type OrderLine,
  type OrderStage,
  type Reservation,
  type ReservationLine,
  type ReservationPolicy,
} from '@quayside/contracts';

export const ORDER_COLUMNS =
  'location, number, source, customer, ship_to, priority, policy, placed_at, place, promised_ship_by, promised_deliver_by, is_held, stage, early, joined, version, updated_at';
export const ORDER_LINE_COLUMNS = `location, order_number, line, sku, ordered, cancelled, shipped, overshipped, returned, ${PROMISED_NAMES.join(', ')}`;
export const RESERVATION_COLUMNS = 'location, reference, source, order_number, policy, expires_at, expiry_offset, place, decided_at, version, updated_at';
export const RESERVATION_LINE_COLUMNS = `location, reference, line, sku, ${PROMISED_NAMES.join(', ')}`;

/** Rows as the pool gives them (bigint as number). */
export interface OrderRow {
  location: string;
  number: string;
  source: string | null;
  customer: string | null;
  ship_to: string | null;
  priority: number;
  policy: string;
  placed_at: number | null;
  place: number | null;
  promised_ship_by: number | null;
  promised_deliver_by: number | null;
  is_held: boolean;
  stage: string;
  early: string | null;
  joined: string | null;
  version: number;
  updated_at: number;
}
export interface OrderLineRow extends OrderLine {
  readonly location: string;
  readonly order_number: string;
}
export interface ReservationRow {
  location: string;
  reference: string;
  source: string;
  order_number: string | null;
  policy: string;
  expires_at: number | null;
  expiry_offset: number | null;
  place: number;
  decided_at: number;
  version: number;
  updated_at: number;
}
export interface ReservationLineRow extends ReservationLine {
  readonly location: string;
  readonly reference: string;
}

/** Only the batch runner writes these rows, so their words are ours. Lines in any order. */
export function orderFromRow(row: OrderRow, lines: readonly OrderLineRow[]): Order {
  return {
    location: row.location,
    number: row.number,
    source: row.source,
    customer: row.customer,
    shipTo: row.ship_to,
    priority: row.priority,
    policy: row.policy as ReservationPolicy,
    placedAt: row.placed_at,
    place: row.place,
    promisedShipBy: row.promised_ship_by,
    promisedDeliverBy: row.promised_deliver_by,
    isHeld: row.is_held,
    stage: row.stage as OrderStage,
    lines: lines.map(({ location: _location, order_number: _order, ...line }) => line).sort((a, b) => a.line - b.line),
    early: row.early === null ? null : (JSON.parse(row.early) as EarlyFacts),
    joined: row.joined === null ? [] : (JSON.parse(row.joined) as JoinedGoods[]),
    version: row.version,
    updatedAt: row.updated_at,
  };
}

export function reservationFromRow(row: ReservationRow, lines: readonly ReservationLineRow[]): Reservation {
  return {
    location: row.location,
    reference: row.reference,
    source: row.source,
    order: row.order_number,
    policy: row.policy as ReservationPolicy,
    expiresAt: row.expires_at,
    expiryOffset: row.expiry_offset,
    place: row.place,
    lines: lines.map(({ location: _location, reference: _reference, ...line }) => line).sort((a, b) => a.line - b.line),
    decidedAt: row.decided_at,
    version: row.version,
    updatedAt: row.updated_at,
  };
}
