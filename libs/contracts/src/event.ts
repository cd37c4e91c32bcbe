import type { Instant } from './instant.js';
import type { Bucket } from './level.js';
import type { ReservationPolicy } from './promise.js';
import type { Quantity } from './quantity.js';

/** Event names that the door takes from outside. On the wire: `quayside.<name>.v1`. */
export const DOOR_EVENT_NAMES = [
  'stock.received',
  'stock.shipped',
  'stock.moved',
  'stock.adjusted',
  'stock.returned',
  'stock.counted',
  'stock.dispositionChanged',
  'adjustment.requested',
  'order.placed',
  'order.amended',
  'order.cancelled',
  'order.held',
  'order.holdReleased',
  'reservation.requested',
  'reservation.released',
  'reservation.extended',
  'event.voided',
] as const;
export type DoorEventName = (typeof DOOR_EVENT_NAMES)[number];
/**
 * Records that only our own services write: policies (gateway), decisions about quarantined records (gateway, CLI), the far
 * end of an event and of its void, and times that have come (inventory).
 */
export const INTERNAL_EVENT_NAMES = ['policy.set', 'quarantine.released', 'quarantine.dismissed', 'hop.stockIn', 'hop.voided', 'reservation.expired'] as const;
export type EventName = DoorEventName | (typeof INTERNAL_EVENT_NAMES)[number];

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

/** Why an event is taken back. */
export const VOID_REASONS = ['did_not_occur', 'incorrect_data'] as const;
export type VoidReason = (typeof VOID_REASONS)[number];

/** (source, id): identifies an event for ever. */
export interface EventIdentity {
  readonly source: string;
  readonly id: string;
}

/** What every event carries. (source, id) is its identity for ever; (occurredAt, source, sequence, id) its order among facts. */
export interface EventHead extends EventIdentity {
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
/** What was found of exactly one key: (sku, bucket, lot or no lot). A count names each key once. */
export interface CountLine extends LineHead {
  readonly counted: Quantity;
}
/** A change of one bucket that is made only while `onHand` of the level is what the caller believes. */
export interface ConditionalLine extends DeltaLine {
  readonly expectedOnHand: Quantity;
}
/** What is asked for. A SKU may stand on several lines; the number identifies the line. */
export interface DemandLine {
  readonly line: number;
  readonly sku: string;
  readonly quantity: Quantity;
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
  /** `line` is the order's line where an order is named. */
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
/** Goods go from one bucket to another; onHand stays. */
export interface DispositionChanged extends EventHead {
  readonly name: 'stock.dispositionChanged';
  /** Without a bucket of their own. */
  readonly lines: readonly QuantityLine[];
  readonly from: Bucket;
  readonly to: Bucket;
  readonly reason: string;
}
/** An observation: books the variance at its own time. `complete`: what is known at a (sku, bucket) named here and not itself named was found to be 0. */
export interface StockCounted extends EventHead {
  readonly name: 'stock.counted';
  readonly lines: readonly CountLine[];
  readonly complete?: boolean;
  readonly count?: string;
  readonly actor?: string;
}
/** A command: takes effect whole, or is refused STALE with what is true. */
export interface AdjustmentRequested extends EventHead {
  readonly name: 'adjustment.requested';
  readonly lines: readonly ConditionalLine[];
  readonly reason: AdjustmentReason;
  readonly actor: string;
  readonly document?: string;
}

interface OrderHead extends EventHead {
  readonly order: string;
}
export interface OrderPlaced extends OrderHead {
  readonly name: 'order.placed';
  readonly lines: readonly DemandLine[];
  readonly customer?: string;
  readonly shipTo?: string;
  readonly priority?: number;
  readonly promisedShipBy?: Instant;
  readonly promisedDeliverBy?: Instant;
  readonly policy?: ReservationPolicy;
}
/** `quantity` is the new ordered quantity of the line, 0 for none; a number that the order does not have is a new line. */
export interface OrderAmended extends OrderHead {
  readonly name: 'order.amended';
  readonly lines?: readonly DemandLine[];
  readonly promisedShipBy?: Instant;
  readonly promisedDeliverBy?: Instant;
}
export interface OrderCancelled extends OrderHead {
  readonly name: 'order.cancelled';
  /** Numbers of lines; absent: the whole order. */
  readonly lines?: readonly number[];
  readonly reason?: string;
}
export interface OrderHeld extends OrderHead {
  readonly name: 'order.held';
  readonly reason: string;
}
export interface OrderHoldReleased extends OrderHead {
  readonly name: 'order.holdReleased';
  readonly reason?: string;
}

interface ReservationHead extends EventHead {
  /** The caller's own reference, unique at its location. */
  readonly reservation: string;
}
export interface ReservationRequested extends ReservationHead {
  readonly name: 'reservation.requested';
  readonly lines: readonly DemandLine[];
  readonly order?: string;
  readonly expiresAt?: Instant;
  readonly policy?: ReservationPolicy;
}
/** Gives up all that is active or waits; with `line` that line only, with `quantity` at most so much of it (of what waits first). */
export interface ReservationReleased extends ReservationHead {
  readonly name: 'reservation.released';
  readonly line?: number;
  readonly quantity?: Quantity;
  readonly reason?: string;
}
export interface ReservationExtended extends ReservationHead {
  readonly name: 'reservation.extended';
  readonly expiresAt: Instant;
}
/** Acts only while the expiry that was set at `expiryOffset` still stands. Appended by the owner of the partition, source `quayside:clock`. */
export interface ReservationExpired extends ReservationHead {
  readonly name: 'reservation.expired';
  readonly expiryOffset: number;
}

/** Takes back exactly what `target` did; before its target it waits as a tombstone. */
export interface EventVoided extends EventHead {
  readonly name: 'event.voided';
  readonly target: EventIdentity;
  readonly reason: VoidReason;
  readonly correctiveEventIds?: readonly EventIdentity[];
  readonly actor?: string;
  readonly note?: string;
}
/** The void of a hop, at the hop's location. */
export interface HopVoided extends EventHead {
  readonly name: 'hop.voided';
  /** The hop that is taken back. */
  readonly target: EventIdentity;
  readonly from: string;
  /** The void that a sender sent. */
  readonly cause: EventIdentity;
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
  readonly cause: EventIdentity;
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

/** Facts that move stock by what they say. */
export type StockEvent = StockReceived | StockShipped | StockMoved | StockReturned | StockAdjusted | DispositionChanged;
export type OrderEvent = OrderPlaced | OrderAmended | OrderCancelled | OrderHeld | OrderHoldReleased;
export type ReservationEvent = ReservationRequested | ReservationReleased | ReservationExtended | ReservationExpired;
export type VoidEvent = EventVoided | HopVoided;
/** Events that the rules of stock fold. */
export type FoldedEvent = StockEvent | StockCounted | AdjustmentRequested | HopStockIn | OrderEvent | ReservationEvent | VoidEvent | PolicySet;
export type SupplyEvent = FoldedEvent | QuarantineReleased | QuarantineDismissed;

/** Facts that can be voided, and adjustments that a command has made (domain.md, "Events"). */
export const VOIDABLE_EVENT_NAMES: readonly EventName[] = [
  'stock.received',
  'stock.shipped',
  'stock.moved',
  'stock.adjusted',
  'stock.returned',
  'stock.counted',
  'stock.dispositionChanged',
  'adjustment.requested',
  'hop.stockIn',
];
