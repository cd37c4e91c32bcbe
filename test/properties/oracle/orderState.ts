import type { Instant, Quantity } from '@quayside/contracts';
import type { Holder, OrderDemandLine } from './demand.js';

export interface EarlyGoods {
  readonly identity: string;
  readonly line: number | null;
  readonly sku: string;
  readonly quantity: Quantity;
}

/** What came before the order. */
export interface Early {
  shipped: EarlyGoods[];
  returned: EarlyGoods[];
  isCancelled: boolean;
  readonly cancelledLines: Set<number>;
  readonly amended: Map<number, { readonly sku: string; readonly quantity: Quantity }>;
  promisedShipBy: Instant | null;
  promisedDeliverBy: Instant | null;
}

export interface OrderState extends Holder<OrderDemandLine> {
  source: string | null;
  placedAt: Instant | null;
  promisedDeliverBy: Instant | null;
  isHeld: boolean;
  early: Early | null;
}

export const isOrder = (holder: Holder): holder is OrderState => holder.kind === 'order';

export const newEarly = (): Early => ({
  shipped: [],
  returned: [],
  isCancelled: false,
  cancelledLines: new Set(),
  amended: new Map(),
  promisedShipBy: null,
  promisedDeliverBy: null,
});

export const newOrder = (location: string, name: string): OrderState => ({
  kind: 'order',
  location,
  name,
  policy: 'BACKORDER',
  promisedShipBy: null,
  place: 0,
  lines: [],
  source: null,
  placedAt: null,
  promisedDeliverBy: null,
  isHeld: false,
  early: newEarly(),
});
