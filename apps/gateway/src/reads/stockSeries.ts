import type { Instant, Quantity } from '@quayside/contracts';
import type { StoredSeries } from '@quayside/store';
import type { TimeWindow } from './timeWindow.js';

/** The SDL's StockSeries, but for what it is of: parallel arrays, one value a bucket. */
export interface SeriesArrays {
  readonly at: readonly Instant[];
  readonly onHandMin: readonly Quantity[];
  readonly onHandMax: readonly Quantity[];
  readonly onHandLast: readonly Quantity[];
  readonly availableLast: readonly Quantity[];
  readonly inflow: readonly Quantity[];
  readonly outflow: readonly Quantity[];
}

/** Fills the buckets in which nothing happened with the level that was carried into them. */
export function fillSeries({ from, to, bucketMs }: TimeWindow, { opening, buckets, reserved }: StoredSeries): SeriesArrays {
  const found = new Map(buckets.map((bucket) => [bucket.index, bucket]));
  const reservedBy = new Map(reserved.map(({ index, delta }) => [index, delta]));
  const arrays = {
    at: new Array<Instant>(),
    onHandMin: new Array<Quantity>(),
    onHandMax: new Array<Quantity>(),
    onHandLast: new Array<Quantity>(),
    availableLast: new Array<Quantity>(),
    inflow: new Array<Quantity>(),
    outflow: new Array<Quantity>(),
  };
  let carried = { ...opening };
  for (let index = 0, at = from; at < to; index++, at += bucketMs) {
    const bucket = found.get(index);
    const before = carried.onHand;
    carried = {
      onHand: bucket?.onHandLast ?? before,
      sellable: bucket?.sellableLast ?? carried.sellable,
      reserved: carried.reserved + (reservedBy.get(index) ?? 0),
    };
    arrays.at.push(at);
    arrays.onHandMin.push(Math.min(before, bucket?.onHandMin ?? before));
    arrays.onHandMax.push(Math.max(before, bucket?.onHandMax ?? before));
    arrays.onHandLast.push(carried.onHand);
    arrays.availableLast.push(carried.sellable - carried.reserved);
    arrays.inflow.push(bucket?.inflow ?? 0);
    arrays.outflow.push(bucket?.outflow ?? 0);
  }
  return arrays;
}
