import { partitionOf, type Instant, type Quantity } from '@quayside/contracts';
import type pg from 'pg';
import { SqlConditions } from './sqlConditions.js';

/** Sums of an item's levels. */
export interface ItemTotals {
  readonly onHand: Quantity;
  readonly reserved: Quantity;
  readonly unsellable: Quantity;
  readonly available: Quantity;
  readonly locations: number;
}
const NOTHING: ItemTotals = { onHand: 0, reserved: 0, unsellable: 0, available: 0, locations: 0 };

/** Of each item the sums over these locations (null: all), in the order asked. */
export async function readItemTotals(pool: pg.Pool, skus: readonly string[], locations: readonly string[] | null): Promise<ItemTotals[]> {
  const { rows } = await pool.query<ItemTotals & { sku: string }>({
    name: 'read-item-totals',
    text: `SELECT sku, sum(sellable + inspection + hold + damaged)::int8 AS "onHand", sum(reserved)::int8 AS reserved, sum(inspection + hold + damaged)::int8 AS unsellable,
                  sum(sellable - reserved)::int8 AS available, count(*) AS locations
           FROM level WHERE sku = ANY ($1) AND ($2::text[] IS NULL OR location = ANY ($2)) GROUP BY sku`,
    values: [skus, locations],
  });
  const found = new Map(rows.map(({ sku, ...totals }) => [sku, totals]));
  return skus.map((sku) => found.get(sku) ?? NOTHING);
}

/** One bucket of a series in which anything happened; `index` counts from the window's beginning. */
export interface SeriesBucket {
  readonly index: number;
  readonly onHandMin: Quantity;
  readonly onHandMax: Quantity;
  readonly onHandLast: Quantity;
  readonly sellableLast: Quantity;
  readonly inflow: Quantity;
  readonly outflow: Quantity;
}
export interface StockSeriesAsked {
  readonly sku: string;
  /** Null: all. */
  readonly locations: readonly string[] | null;
  readonly from: Instant;
  /** Not included. */
  readonly to: Instant;
  readonly bucketMs: number;
}
/** What stood before the window, its buckets in which facts lie, and how `reserved` changed by bucket. */
export interface StoredSeries {
  readonly opening: { readonly onHand: Quantity; readonly sellable: Quantity; readonly reserved: Quantity };
  readonly buckets: readonly SeriesBucket[];
  readonly reserved: readonly { readonly index: number; readonly delta: Quantity }[];
}

const PLACES = `places AS (SELECT location FROM level WHERE sku = $1 AND ($2::text[] IS NULL OR location = ANY ($2)))`;

/** An item's stock over time, by when facts happened (as known now): one pass over its rows in the window, and sums of those before. */
export async function readStockSeries(pool: pg.Pool, { sku, locations, from, to, bucketMs }: StockSeriesAsked): Promise<StoredSeries> {
  const [openings, buckets, reserved] = await Promise.all([
    pool.query<{ onHand: Quantity; sellable: Quantity; reserved: Quantity }>({
      name: 'series-opening',
      text: `WITH ${PLACES}
             SELECT (SELECT coalesce(sum(l.delta), 0)::int8 FROM places JOIN ledger l ON l.location = places.location AND l.sku = $1 AND l.occurred_at < $3) AS "onHand",
                    (SELECT coalesce(sum(l.delta), 0)::int8 FROM places JOIN ledger l ON l.location = places.location AND l.sku = $1 AND l.occurred_at < $3 AND l.bucket = 'sellable') AS sellable,
                    (SELECT coalesce(sum(r.delta), 0)::int8 FROM places JOIN reservation_entry r ON r.location = places.location AND r.sku = $1 AND r.recorded_at < $3) AS reserved`,
      values: [sku, locations, from],
    }),
    pool.query<SeriesBucket>({
      name: 'series-buckets',
      // An event that only moves stock from one bucket to another neither brings nor takes any; facts of one instant are one step.
      text: `WITH ${PLACES},
             facts AS (SELECT l.occurred_at, sum(l.delta) AS delta, coalesce(sum(l.delta) FILTER (WHERE l.bucket = 'sellable'), 0) AS sellable
                       FROM places JOIN ledger l ON l.location = places.location AND l.sku = $1 AND l.occurred_at >= $3 AND l.occurred_at < $4
                       GROUP BY l.location, l.occurred_at, l.source, l.event_id),
             instants AS (SELECT occurred_at, sum(delta) AS delta, sum(sellable) AS sellable, sum(greatest(delta, 0)) AS inflow, -sum(least(delta, 0)) AS outflow FROM facts GROUP BY occurred_at),
             running AS (SELECT (occurred_at - $3) / $5::int8 AS index, occurred_at, inflow, outflow,
                                sum(delta) OVER (ORDER BY occurred_at) AS on_hand, sum(sellable) OVER (ORDER BY occurred_at) AS sellable FROM instants)
             SELECT index, min(on_hand)::int8 AS "onHandMin", max(on_hand)::int8 AS "onHandMax", (array_agg(on_hand ORDER BY occurred_at DESC))[1]::int8 AS "onHandLast",
                    (array_agg(sellable ORDER BY occurred_at DESC))[1]::int8 AS "sellableLast", sum(inflow)::int8 AS inflow, sum(outflow)::int8 AS outflow
             FROM running GROUP BY index ORDER BY index`,
      values: [sku, locations, from, to, bucketMs],
    }),
    pool.query<{ index: number; delta: Quantity }>({
      name: 'series-reserved',
      text: `WITH ${PLACES}
             SELECT (r.recorded_at - $3) / $5::int8 AS index, sum(r.delta)::int8 AS delta
             FROM places JOIN reservation_entry r ON r.location = places.location AND r.sku = $1 AND r.recorded_at >= $3 AND r.recorded_at < $4 GROUP BY 1 ORDER BY 1`,
      values: [sku, locations, from, to, bucketMs],
    }),
  ]);
  const [opening] = openings.rows;
  if (opening === undefined) throw new Error(`The sums of ${sku} before its series were not answered`);
  const { onHand, sellable } = opening;
  const raised = buckets.rows.map(({ onHandMin, onHandMax, onHandLast, sellableLast, ...same }) => ({
    ...same,
    onHandMin: onHandMin + onHand,
    onHandMax: onHandMax + onHand,
    onHandLast: onHandLast + onHand,
    sellableLast: sellableLast + sellable,
  }));
  return { opening, buckets: raised, reserved: reserved.rows };
}

export const ITEM_MEASURES = ['OUTFLOW', 'INFLOW'] as const;
export type ItemMeasure = (typeof ITEM_MEASURES)[number];
const KINDS: Readonly<Record<ItemMeasure, readonly string[]>> = { OUTFLOW: ['SHIPPED'], INFLOW: ['RECEIVED', 'RETURNED'] };

export interface ItemRanking {
  readonly measure: ItemMeasure;
  readonly from: Instant;
  /** Not included. */
  readonly to: Instant;
  /** Null: all. */
  readonly locations: readonly string[] | null;
  readonly limit: number;
}

/** Items by units shipped (OUTFLOW), or received and returned (INFLOW), of what was recorded in the window; greatest first. */
export async function rankItems(
  pool: pg.Pool,
  { measure, from, to, locations, limit }: ItemRanking,
): Promise<{ readonly sku: string; readonly units: Quantity }[]> {
  const conditions = new SqlConditions()
    .add('recorded_at >= ?', from)
    .add('recorded_at < ?', to)
    .add('kind = ANY (?::text[])', KINDS[measure])
    .add('location = ANY (?::text[])', locations)
    .add('partition = ANY (?::int4[])', locations === null ? null : [...new Set(locations.map((location) => partitionOf(location)))]);
  const { rows } = await pool.query<{ sku: string; units: Quantity }>(
    `SELECT sku, abs(sum(delta))::int8 AS units FROM ledger ${conditions.where()} GROUP BY sku ORDER BY units DESC, sku LIMIT ${conditions.place(limit)}`,
    conditions.values,
  );
  return rows;
}
