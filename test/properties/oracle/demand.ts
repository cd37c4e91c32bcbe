import type { Instant, Promised, Quantity, ReservationEntryKind, ReservationPolicy } from '@quayside/contracts';

/** Counters of one line, kept in the order of the log. */
export type DemandLine = { -readonly [Name in keyof Promised]: Quantity } & { readonly line: number; readonly sku: string };
export type OrderDemandLine = DemandLine & { ordered: Quantity; cancelled: Quantity; shipped: Quantity; overshipped: Quantity; returned: Quantity };

/** Who holds or waits for stock. */
export interface Holder<Line extends DemandLine = DemandLine> {
  readonly kind: 'order' | 'reservation';
  readonly location: string;
  /** Number of the order, or reference of the reservation. */
  readonly name: string;
  policy: ReservationPolicy;
  /** Those that wait are served by it, then by place. */
  promisedShipBy: Instant | null;
  place: number;
  readonly lines: Line[];
}

/** What a record did to one promise. */
export interface JournalEntry {
  readonly holder: Holder;
  readonly line: DemandLine;
  readonly kind: ReservationEntryKind;
  readonly delta: Quantity;
}

export const newDemandLine = (line: number, sku: string): DemandLine => ({
  line,
  sku,
  requested: 0,
  confirmed: 0,
  backordered: 0,
  rejected: 0,
  withdrawn: 0,
  active: 0,
  consumed: 0,
  released: 0,
  expired: 0,
});

export const newOrderLine = (line: number, sku: string): OrderDemandLine => ({
  ...newDemandLine(line, sku),
  ordered: 0,
  cancelled: 0,
  shipped: 0,
  overshipped: 0,
  returned: 0,
});

/** Asked for, and nothing has become of it yet. */
export const openOf = (line: OrderDemandLine): Quantity =>
  line.ordered + line.overshipped - line.cancelled - line.rejected - line.backordered - line.active - line.shipped;

export const byLine = (a: DemandLine, b: DemandLine): number => a.line - b.line;
