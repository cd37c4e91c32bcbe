import type { Instant } from './instant.js';
import type { Bucket } from './level.js';
import type { Quantity } from './quantity.js';

/** Event names that the door takes from outside. On the wire: `quayside.<name>.v1`. */
export const STOCK_EVENT_NAMES = ['stock.received', 'stock.shipped', 'stock.moved', 'stock.adjusted', 'stock.returned'] as const;
export type StockEventName = (typeof STOCK_EVENT_NAMES)[number];
/** Records that only our own services write: policies (gateway), decisions about quarantined records (gateway, CLI), the far end of an event (inventory). */
export const INTERNAL_EVENT_NAMES = ['policy.set', 'quarantine.released', 'quarantine.dismissed', 'hop.stockIn'] as const;
export type EventName = StockEventName | (typeof INTERNAL_EVENT_NAMES)[number];

export const wireType = (name: EventName): string => `quayside.${name}.v1`;

/** Why stock was adjusted (domain.md, "Reason codes"). */
export const ADJUSTMENT_REASONS = [
  'openingBalance',
  'damaged',
  'expired',
  'found',
  'missing',
  'stolen',
  'recounted',
  'correction',
  'scrapped',
  'consumed',
  'returned',
  'misplaced',
  'dataEntryError',
  'inboundNotRecorded',
  'outboundNotRecorded',
  'other',
] as const;
export type AdjustmentReason = (typeof ADJUSTMENT_REASONS)[number];

/** What every event carries. (source, id) is its identity for ever; (occurredAt, source, sequence, id) its order among facts. */
export interface EventHead {
  readonly source: string;
  readonly id: string;
  /** Per source; 0 where the sender gave none. */
  readonly sequence: number;
  readonly occurredAt: Instant;
  readonly location: string;
}

interface LineHead {
  readonly line?: number;
  readonly sku: string;
  readonly lot?: string;
  readonly bucket?: Bucket;
}
export interface QuantityLine extends LineHead {
  readonly quantity: Quantity;
}
export interface DeltaLine extends LineHead {
  readonly delta: Quantity;
}

export interface StockReceived extends EventHead {
  readonly name: 'stock.received';
  readonly lines: readonly QuantityLine[];
  readonly condition?: Bucket;
  readonly purchaseOrder?: string;
  readonly shipment?: string;
}
export interface StockShipped extends EventHead {
  readonly name: 'stock.shipped';
  readonly lines: readonly QuantityLine[];
  readonly order?: string;
  readonly shipment?: string;
}
/** Goods that leave here for another location of ours: − here, + there by a hop. */
export interface StockMoved extends EventHead {
  readonly name: 'stock.moved';
  readonly lines: readonly QuantityLine[];
  readonly to: string;
  readonly document?: string;
}
export interface StockReturned extends EventHead {
  readonly name: 'stock.returned';
  readonly lines: readonly QuantityLine[];
  readonly condition?: Bucket;
  readonly order?: string;
  readonly reason?: string;
}
export interface StockAdjusted extends EventHead {
  readonly name: 'stock.adjusted';
  readonly lines: readonly DeltaLine[];
  readonly reason: AdjustmentReason;
  readonly actor?: string;
  readonly document?: string;
}
/** Master data of one (location, sku); null takes a value away, absent leaves it. Sent by the gateway only. */
export interface PolicySet extends EventHead {
  readonly name: 'policy.set';
  readonly sku: string;
  readonly reorderPoint?: Quantity | null;
  readonly safetyStock?: Quantity | null;
  readonly actor?: string;
}
/**
 * The far end of an event: what it does at a location that another partition owns. `cause` names the event;
 * occurredAt and sequence are the cause's, so that the rows of both ends stand at the same place in the order of facts.
 */
export interface HopStockIn extends EventHead {
  readonly name: 'hop.stockIn';
  readonly lines: readonly QuantityLine[];
  readonly from: string;
  readonly document?: string;
  readonly cause: { readonly source: string; readonly id: string };
}
interface QuarantineDecision extends Omit<EventHead, 'location'> {
  /** The quarantined record's place in this partition. */
  readonly offset: number;
  readonly actor: string;
  readonly reason: string;
}
/** Lets a quarantined record through, as it is or with its `data` replaced. */
export interface QuarantineReleased extends QuarantineDecision {
  readonly name: 'quarantine.released';
  readonly data?: Readonly<Record<string, unknown>>;
}
/** Closes a quarantined record: it will never have an effect. */
export interface QuarantineDismissed extends QuarantineDecision {
  readonly name: 'quarantine.dismissed';
}
export type StockEvent = StockReceived | StockShipped | StockMoved | StockReturned | StockAdjusted;
/** Events that the rules of stock fold. */
export type FoldedEvent = StockEvent | HopStockIn | PolicySet;
export type SupplyEvent = FoldedEvent | QuarantineReleased | QuarantineDismissed;
