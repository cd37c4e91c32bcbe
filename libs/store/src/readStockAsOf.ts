import { BUCKETS, partitionOf, type Bucket, type Instant, type Quantity } from '@quayside/contracts';
import type pg from 'pg';
import { LEDGER_COLUMNS, ledgerEntryFromRow, type LedgerEntry, type LedgerRow } from './readLedger.js';
import { SqlConditions } from './sqlConditions.js';

/** Two times: what had happened by `at`, as far as it was known at `asKnownAt`. */
export interface AsOf {
  readonly at: Instant;
  readonly asKnownAt: Instant;
}
/** A level as it was. Identities are those of a Level: onHand = Σ buckets, available = sellable − reserved. */
export interface StockAsOf extends AsOf, Readonly<Record<Bucket, Quantity>> {
  readonly location: string;
  readonly sku: string;
  /** Σ of what was decided by the earlier of the two times: a promise happens when it is decided. */
  readonly reserved: Quantity;
}
export interface StockAsOfFilter {
  readonly skus: readonly string[] | null;
  readonly locations: readonly string[] | null;
  /** Beginning of a sku. */
  readonly skuPrefix: string | null;
  /** On hand or available under 0 then. */
  readonly negative: boolean | null;
}
export type StockAsOfPlace = Pick<StockAsOf, 'location' | 'sku'>;
export interface StockAsOfAsked extends AsOf {
  readonly filter: StockAsOfFilter;
  readonly after: StockAsOfPlace | null;
  readonly limit: number;
}

/**
 * One page of levels as they were, by sku, by keyset: plain sums of rows with occurredAt ≤ at and recordedAt ≤ asKnownAt.
 * A level is listed when it has any row by then. Every row has a level, so that levels are the index of what to sum.
 */
export async function findStockAsOf(pool: pg.Pool, asked: StockAsOfAsked): Promise<StockAsOf[]> {
  const { at, asKnownAt, filter, after, limit } = asked;
  const { skus, locations, skuPrefix, negative } = filter;
  const conditions = new SqlConditions()
    .add('l.sku = ANY (?::text[])', skus)
    .add('l.location = ANY (?::text[])', locations)
    .add('l.partition = ANY (?::int4[])', locations === null ? null : [...new Set(locations.map((location) => partitionOf(location)))])
    .add('starts_with(l.sku, ?)', skuPrefix)
    .addIf(true, 'm.rows + r.rows > 0')
    .addIf(negative === true, NEGATIVE)
    .addIf(negative === false, `NOT (${NEGATIVE})`);
  if (after !== null) conditions.addIf(true, `(l.sku, l.location) > (${conditions.place(after.sku)}, ${conditions.place(after.location)})`);
  const [happened, known] = [conditions.place(at), conditions.place(asKnownAt)];
  const { rows } = await pool.query<Omit<StockAsOf, keyof AsOf>>(
    `SELECT l.location, l.sku, ${BUCKETS.map((bucket) => `m.${bucket}`).join(', ')}, r.reserved FROM level l
     CROSS JOIN LATERAL (SELECT count(*) AS rows, ${BUCKETS.map(sumOf).join(', ')} FROM ledger
       WHERE location = l.location AND sku = l.sku AND occurred_at <= ${happened}::int8 AND recorded_at <= ${known}::int8) AS m
     CROSS JOIN LATERAL (SELECT count(*) AS rows, coalesce(sum(delta), 0)::int8 AS reserved FROM reservation_entry
       WHERE location = l.location AND sku = l.sku AND recorded_at <= least(${happened}::int8, ${known}::int8)) AS r
     ${conditions.where()} ORDER BY l.sku, l.location LIMIT ${conditions.place(limit)}`,
    conditions.values,
  );
  return rows.map((row) => ({ ...row, at, asKnownAt }));
}

/** Of each, the last row in the order of facts that is counted in; null where only promises are. In the order asked. */
export async function readLastEntries(pool: pg.Pool, asked: readonly (StockAsOfPlace & AsOf)[]): Promise<(LedgerEntry | null)[]> {
  const { rows } = await pool.query<LedgerRow & { index: number }>({
    name: 'last-entries',
    text: `SELECT k.index::int4 AS index, last.* FROM unnest($1::text[], $2::text[], $3::int8[], $4::int8[]) WITH ORDINALITY AS k (location, sku, at, known, index)
           CROSS JOIN LATERAL (SELECT ${LEDGER_COLUMNS} FROM ledger
             WHERE location = k.location AND sku = k.sku AND occurred_at <= k.at AND recorded_at <= k.known
             ORDER BY occurred_at DESC, source DESC, sequence DESC, event_id DESC, "offset" DESC, line DESC LIMIT 1) AS last`,
    values: [asked.map(({ location }) => location), asked.map(({ sku }) => sku), asked.map(({ at }) => at), asked.map(({ asKnownAt }) => asKnownAt)],
  });
  const found = new Map(rows.map(({ index, ...row }) => [index - 1, ledgerEntryFromRow(row)]));
  return asked.map((_each, index) => found.get(index) ?? null);
}

const sumOf = (bucket: Bucket): string => `coalesce(sum(delta) FILTER (WHERE bucket = '${bucket}'), 0)::int8 AS ${bucket}`;
const NEGATIVE = `${BUCKETS.map((bucket) => `m.${bucket}`).join(' + ')} < 0 OR m.sellable - r.reserved < 0`;
