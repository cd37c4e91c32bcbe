import type { EventIdentity } from './event.js';
import type { Instant } from './instant.js';
import type { Promised, ReservationPolicy } from './promise.js';
import type { Quantity } from './quantity.js';

/** Where an order stands; derived from its lines (domain.md, "Order and shipment lifecycles"). PICKED, PACKED and DELIVERED come with a later issue. */
export const ORDER_STAGES = [
  'PLACED',
  'RESERVED',
  'PARTIALLY_RESERVED',
  'BACKORDERED',
  'HELD',
  'PARTIALLY_SHIPPED',
  'SHIPPED',
  'CANCELLED',
  'PARTIALLY_RETURNED',
  'RETURNED',
] as const;
export type OrderStage = (typeof ORDER_STAGES)[number];

/**
 * One line of an order with the promise for it (identity I6, domain.md):
 * ordered + overshipped = cancelled + rejected + backordered + reserved + shipped + open, where reserved is `active`.
 */
export interface OrderLine extends Promised {
  readonly line: number;
  readonly sku: string;
  readonly ordered: Quantity;
  readonly cancelled: Quantity;
  readonly shipped: Quantity;
  /** Of `shipped`: beyond what the order still asked for. */
  readonly overshipped: Quantity;
  readonly returned: Quantity;
}

/** Asked for, and neither promised nor waiting nor refused nor shipped. Never negative. */
export const openQuantity = (line: OrderLine): Quantity =>
  line.ordered + line.overshipped - line.cancelled - line.rejected - line.backordered - line.active - line.shipped;

/** An order at one location. (location, number) identifies it; before it was placed it holds what came before (`placedAt` null, no lines). */
export interface Order {
  readonly location: string;
  readonly number: string;
  /** Of order.placed; null before. */
  readonly source: string | null;
  readonly customer: string | null;
  readonly shipTo: string | null;
  readonly priority: number;
  readonly policy: ReservationPolicy;
  readonly placedAt: Instant | null;
  /** Offset of order.placed: its place in the log, by which those that wait are served; null before. */
  readonly place: number | null;
  readonly promisedShipBy: Instant | null;
  readonly promisedDeliverBy: Instant | null;
  readonly isHeld: boolean;
  readonly stage: OrderStage;
  readonly lines: readonly OrderLine[];
  /** Facts that came before order.placed, waiting for it; null afterwards. */
  readonly early: EarlyFacts | null;
  /** Which lines the goods went to that had moved before order.placed: what their void takes back. */
  readonly joined: readonly JoinedGoods[];
  readonly version: number;
  readonly updatedAt: Instant;
}

export interface EarlyFacts {
  readonly shipped: readonly EarlyQuantity[];
  readonly returned: readonly EarlyQuantity[];
  /** Numbers of lines, or the whole order. */
  readonly cancelled: 'all' | readonly number[];
  /** By line: the newest ordered quantity. */
  readonly amended: readonly { readonly line: number; readonly sku: string; readonly quantity: Quantity }[];
  readonly promisedShipBy: Instant | null;
  readonly promisedDeliverBy: Instant | null;
}
/** Goods that an event has moved. */
export interface EarlyQuantity extends EventIdentity {
  readonly line: number | null;
  readonly sku: string;
  readonly quantity: Quantity;
}

export interface JoinedGoods extends EventIdentity {
  readonly line: number;
  readonly sku: string;
  readonly quantity: Quantity;
}

/** An order without its lines, with their sums: what a change says of it. The lines are read by its key. */
export interface OrderSummary extends Omit<Order, 'lines' | 'early' | 'joined' | 'place'> {
  readonly lineCount: number;
  readonly ordered: Quantity;
  readonly cancelled: Quantity;
  readonly rejected: Quantity;
  readonly backordered: Quantity;
  readonly reserved: Quantity;
  readonly shipped: Quantity;
  readonly overshipped: Quantity;
  readonly returned: Quantity;
  readonly open: Quantity;
}

export function summarizeOrder({ lines, early: _early, joined: _joined, place: _place, ...header }: Order): OrderSummary {
  const sums = { ordered: 0, cancelled: 0, rejected: 0, backordered: 0, reserved: 0, shipped: 0, overshipped: 0, returned: 0, open: 0 };
  for (const line of lines) {
    sums.ordered += line.ordered;
    sums.cancelled += line.cancelled;
    sums.rejected += line.rejected;
    sums.backordered += line.backordered;
    sums.reserved += line.active;
    sums.shipped += line.shipped;
    sums.overshipped += line.overshipped;
    sums.returned += line.returned;
    sums.open += openQuantity(line);
  }
  return { ...header, lineCount: lines.length, ...sums };
}

/** Nothing of it is still to be shipped: shipped, cancelled or refused. */
export const isSettled = (order: OrderSummary): boolean => order.open + order.backordered + order.reserved === 0;
