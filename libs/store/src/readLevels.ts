import { partitionOf, type Level } from '@quayside/contracts';
import type pg from 'pg';
import { LEVEL_COLUMNS, levelFromRow, type LevelRow } from './levelRow.js';
import { SqlConditions } from './sqlConditions.js';

/** Which levels; null asks nothing, an empty list matches nothing. */
export interface LevelFilter {
  readonly skus: readonly string[] | null;
  readonly locations: readonly string[] | null;
  /** Beginning of a sku. */
  readonly skuPrefix: string | null;
  /** Position at or under the reorder point, where LOW_STOCK opens; false: the others, those without one too. */
  readonly belowReorderPoint: boolean | null;
  /** On hand or available under 0. */
  readonly negative: boolean | null;
}
export const LEVEL_ORDERS = ['UPDATED_AT_DESC', 'SKU_ASC', 'AVAILABLE_ASC'] as const;
export type LevelOrder = (typeof LEVEL_ORDERS)[number];

/** The last level of a page, by what any order looks at. */
export interface LevelPlace {
  readonly location: string;
  readonly sku: string;
  readonly updatedAt: number;
  readonly available: number;
}
export interface LevelPageAsked {
  readonly filter: LevelFilter;
  readonly order: LevelOrder;
  readonly after: LevelPlace | null;
  readonly limit: number;
}

/** One page of levels from Postgres, by keyset: pages later in the list cost the same, and rows that move are neither lost nor doubled by an offset. */
export async function findLevels(pool: pg.Pool, { filter, order, after, limit }: LevelPageAsked): Promise<Level[]> {
  const conditions = conditionsOf(filter);
  if (after !== null) conditions.addIf(true, AFTER[order](conditions, after));
  const limited = conditions.place(limit);
  const { rows } = await pool.query<LevelRow>(
    `SELECT ${LEVEL_COLUMNS} FROM level ${conditions.where()} ORDER BY ${ORDER_BY[order]} LIMIT ${limited}`,
    conditions.values,
  );
  return rows.map(levelFromRow);
}

/** How many levels there are, counted up to `max`; null beyond. */
export async function countLevels(pool: pg.Pool, filter: LevelFilter, max: number): Promise<number | null> {
  const conditions = conditionsOf(filter);
  const limited = conditions.place(max + 1);
  const { rows } = await pool.query<{ count: number }>(
    `SELECT count(*) AS count FROM (SELECT 1 FROM level ${conditions.where()} LIMIT ${limited}) AS counted`,
    conditions.values,
  );
  const count = rows[0]?.count ?? 0;
  return count > max ? null : count;
}

/** Levels by key, in no order; keys without a level are absent. */
export async function readLevels(pool: pg.Pool, keys: readonly { readonly location: string; readonly sku: string }[]): Promise<Level[]> {
  const { rows } = await pool.query<LevelRow>({
    name: 'read-levels',
    text: `SELECT ${LEVEL_COLUMNS} FROM level WHERE (partition, location, sku) IN (SELECT * FROM unnest($1::int4[], $2::text[], $3::text[]))`,
    values: [keys.map(({ location }) => partitionOf(location)), keys.map(({ location }) => location), keys.map(({ sku }) => sku)],
  });
  return rows.map(levelFromRow);
}

/** Which skus have a level that the filter matches. */
export async function findSkus(pool: pg.Pool, filter: LevelFilter): Promise<string[]> {
  const conditions = conditionsOf(filter);
  const { rows } = await pool.query<{ sku: string }>(`SELECT DISTINCT sku FROM level ${conditions.where()}`, conditions.values);
  return rows.map(({ sku }) => sku);
}

/** Which locations have a level that the filter matches. */
export async function findLocations(pool: pg.Pool, filter: LevelFilter): Promise<string[]> {
  const conditions = conditionsOf(filter);
  const { rows } = await pool.query<{ location: string }>(`SELECT DISTINCT location FROM level ${conditions.where()}`, conditions.values);
  return rows.map(({ location }) => location);
}

const ORDER_BY: Readonly<Record<LevelOrder, string>> = {
  UPDATED_AT_DESC: 'updated_at DESC, location, sku',
  SKU_ASC: 'sku, location',
  AVAILABLE_ASC: 'sellable - reserved, sku, location',
};

const AFTER: Readonly<Record<LevelOrder, (conditions: SqlConditions, place: LevelPlace) => string>> = {
  UPDATED_AT_DESC: (conditions, { updatedAt, location, sku }) => {
    const at = conditions.place(updatedAt);
    // The first half alone bounds the index scan.
    return `updated_at <= ${at} AND (updated_at < ${at} OR (location, sku) > (${conditions.place(location)}, ${conditions.place(sku)}))`;
  },
  SKU_ASC: (conditions, { location, sku }) => `(sku, location) > (${conditions.place(sku)}, ${conditions.place(location)})`,
  AVAILABLE_ASC: (conditions, { available, location, sku }) =>
    `(sellable - reserved, sku, location) > (${conditions.place(available)}::int8, ${conditions.place(sku)}, ${conditions.place(location)})`,
};

const POSITION = 'sellable + on_order + in_transit - reserved - backordered';
const BELOW = `reorder_point IS NOT NULL AND ${POSITION} <= reorder_point`;
const NEGATIVE = 'sellable + inspection + hold + damaged < 0 OR sellable - reserved < 0';

function conditionsOf(filter: LevelFilter): SqlConditions {
  const { skus, locations, skuPrefix, belowReorderPoint, negative } = filter;
  return new SqlConditions()
    .add('sku = ANY (?::text[])', skus)
    .add('location = ANY (?::text[])', locations)
    .add('partition = ANY (?::int4[])', locations === null ? null : [...new Set(locations.map((location) => partitionOf(location)))])
    .add('starts_with(sku, ?)', skuPrefix)
    .addIf(belowReorderPoint === true, BELOW)
    .addIf(belowReorderPoint === false, `NOT (${BELOW})`)
    .addIf(negative === true, NEGATIVE)
    .addIf(negative === false, `NOT (${NEGATIVE})`);
}
