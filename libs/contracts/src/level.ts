import type { Instant } from './instant.js';
import type { Quantity } from './quantity.js';

/** Where on-hand stock stands (domain.md, "Words"). */
export const BUCKETS = ['sellable', 'inspection', 'hold', 'damaged'] as const;
export type Bucket = (typeof BUCKETS)[number];

/**
 * The current numbers of one (location, sku). Everything else about a level is derived by the functions below,
 * so that no two places can disagree. `version` grows by one per event that changes the level.
 */
export interface Level {
  readonly location: string;
  readonly sku: string;
  readonly sellable: Quantity;
  readonly inspection: Quantity;
  readonly hold: Quantity;
  readonly damaged: Quantity;
  readonly reserved: Quantity;
  readonly inTransit: Quantity;
  readonly onOrder: Quantity;
  readonly backordered: Quantity;
  /** Null where nobody has set one: LOW_STOCK then stays silent. */
  readonly reorderPoint: Quantity | null;
  readonly safetyStock: Quantity | null;
  readonly version: number;
  /** Newest occurredAt among the facts applied; null before the first. */
  readonly lastEventAt: Instant | null;
  /** Newest occurredAt among its counts, voided ones too; null where it was never counted. A fact after it needs no look at counts. */
  readonly lastCountAt: Instant | null;
  /** Newest occurredAt among goods shipped; null where none were, or where the newest was taken back. */
  readonly lastOutboundAt: Instant | null;
  /** recordedAt of the event that made this version. */
  readonly updatedAt: Instant;
}

/** Level 0, version 0: what is true of a key before its first event. */
export function emptyLevel(location: string, sku: string): Level {
  return {
    location,
    sku,
    sellable: 0,
    inspection: 0,
    hold: 0,
    damaged: 0,
    reserved: 0,
    inTransit: 0,
    onOrder: 0,
    backordered: 0,
    reorderPoint: null,
    safetyStock: null,
    version: 0,
    lastEventAt: null,
    lastCountAt: null,
    lastOutboundAt: null,
    updatedAt: 0,
  };
}

type Numbers = Omit<Level, 'location' | 'sku'>;

export const unsellable = (level: Numbers): Quantity => level.inspection + level.hold + level.damaged;
export const onHand = (level: Numbers): Quantity => level.sellable + unsellable(level);
/** sellable − reserved; negative when oversold. */
export const available = (level: Numbers): Quantity => level.sellable - level.reserved;
/** What reordering looks at. */
export const position = (level: Numbers): Quantity => level.sellable + level.onOrder + level.inTransit - level.reserved - level.backordered;

/** Key of a level inside maps, Redis hashes and cursors. Codes hold no control characters (refused at the door), so a tab separates. */
export const levelKey = (location: string, sku: string): string => `${location}\t${sku}`;
/** The inverse of levelKey. */
export function splitLevelKey(key: string): { readonly location: string; readonly sku: string } {
  const tab = key.indexOf('\t');
  return { location: key.slice(0, tab), sku: key.slice(tab + 1) };
}
