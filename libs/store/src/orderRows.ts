import type { OrderLine, OrderStage, OrderSummary, Promised, ReservationPolicy } from '@quayside/contracts';
import type { OrderLineRow } from './storedPromises.js';

/** Columns of OrderRow, for SELECT lists: an order with the sums of its lines. */
export const ORDER_COLUMNS =
  'location, number, source, customer, ship_to, priority, policy, placed_at, promised_ship_by, promised_deliver_by, is_held, stage, line_count, ordered, cancelled, rejected, backordered, reserved, shipped, overshipped, returned, open, version, updated_at';
export type PromisedRow = { -readonly [Name in keyof Promised]: number };

/** A row of `supply_order` as the pool gives it. */
export interface OrderRow {
  location: string;
  number: string;
  source: string | null;
  customer: string | null;
  ship_to: string | null;
  priority: number;
  policy: string;
  placed_at: number | null;
  promised_ship_by: number | null;
  promised_deliver_by: number | null;
  is_held: boolean;
  stage: string;
  line_count: number;
  ordered: number;
  cancelled: number;
  rejected: number;
  backordered: number;
  reserved: number;
  shipped: number;
  overshipped: number;
  returned: number;
  open: number;
  version: number;
  updated_at: number;
}

/** Only the batch runner writes these rows, so their words are ours. */
export function orderFromRow(row: OrderRow): OrderSummary {
  const { ship_to: shipTo, placed_at: placedAt, promised_ship_by: promisedShipBy, promised_deliver_by: promisedDeliverBy } = row;
  const { location, number, source, customer, priority, ordered, cancelled, rejected, backordered, reserved, shipped, overshipped, returned, open, version } =
    row;
  return {
    ...{ location, number, source, customer, shipTo, priority, placedAt, promisedShipBy, promisedDeliverBy },
    ...{ ordered, cancelled, rejected, backordered, reserved, shipped, overshipped, returned, open, version },
    policy: row.policy as ReservationPolicy,
    isHeld: row.is_held,
    stage: row.stage as OrderStage,
    lineCount: row.line_count,
    updatedAt: row.updated_at,
  };
}

export function promisedFromRow(row: PromisedRow): Promised {
  const { requested, confirmed, backordered, rejected, withdrawn, active, consumed, released, expired } = row;
  return { requested, confirmed, backordered, rejected, withdrawn, active, consumed, released, expired };
}

export function orderLineFromRow(row: OrderLineRow): OrderLine {
  const { line, sku, ordered, cancelled, shipped, overshipped, returned } = row;
  return { line, sku, ordered, cancelled, shipped, overshipped, returned, ...promisedFromRow(row) };
}
