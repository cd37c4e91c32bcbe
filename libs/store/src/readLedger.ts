import { partitionOf, type Bucket, type Instant, type Quantity } from '@quayside/contracts';
import type { MovementKind } from '@quayside/contracts';
import type pg from 'pg';
import { SqlConditions } from './sqlConditions.js';

/** One ledger row as it is shown. (partition, offset, line) is its identity for ever. */
export interface LedgerEntry {
  readonly partition: number;
  readonly offset: number;
  readonly line: number;
  readonly location: string;
  readonly sku: string;
  readonly lot: string | null;
  readonly bucket: Bucket;
  readonly kind: MovementKind;
  readonly delta: Quantity;
  readonly onHandAfter: Quantity;
  readonly availableAfter: Quantity;
  readonly source: string;
  readonly eventId: string;
  readonly reason: string | null;
  readonly document: string | null;
  readonly occurredAt: Instant;
  readonly receivedAt: Instant;
  readonly recordedAt: Instant;
  readonly late: boolean;
}

/** Which rows; null asks nothing, an empty list matches nothing. Times are from (included) and to (not included). */
export interface LedgerFilter {
  readonly skus: readonly string[] | null;
  readonly locations: readonly string[] | null;
  readonly kinds: readonly MovementKind[] | null;
  readonly occurredFrom: Instant | null;
  readonly occurredTo: Instant | null;
  readonly recordedFrom: Instant | null;
  readonly recordedTo: Instant | null;
  readonly lateOnly: boolean;
}
export type LedgerPlace = Pick<LedgerEntry, 'recordedAt' | 'partition' | 'offset' | 'line'>;

/** One page of the ledger, newest recorded first, by keyset. */
export async function findLedger(
  pool: pg.Pool,
  { filter, after, limit }: { filter: LedgerFilter; after: LedgerPlace | null; limit: number },
): Promise<LedgerEntry[]> {
  const conditions = conditionsOf(filter);
  if (after !== null) conditions.addIf(true, afterPlace(conditions, after));
  const limited = conditions.place(limit);
  const { rows } = await pool.query<LedgerRow>(
    `SELECT ${COLUMNS} FROM ledger ${conditions.where()} ORDER BY recorded_at DESC, partition DESC, "offset" DESC, line DESC LIMIT ${limited}`,
    conditions.values,
  );
  return rows.map(entryFromRow);
}

/** Rows by identity, in no order; those that do not exist are absent. */
export async function readLedger(pool: pg.Pool, keys: readonly Pick<LedgerEntry, 'partition' | 'offset' | 'line'>[]): Promise<LedgerEntry[]> {
  const { rows } = await pool.query<LedgerRow>({
    name: 'read-ledger',
    text: `SELECT ${COLUMNS} FROM ledger WHERE (partition, "offset", line) IN (SELECT * FROM unnest($1::int4[], $2::int8[], $3::int4[]))`,
    values: [keys.map(({ partition }) => partition), keys.map(({ offset }) => offset), keys.map(({ line }) => line)],
  });
  return rows.map(entryFromRow);
}

const COLUMNS =
  'partition, "offset", line, location, sku, lot, bucket, kind, delta, on_hand_after, available_after, source, event_id, reason, document, occurred_at, received_at, recorded_at, late';

interface LedgerRow {
  partition: number;
  offset: number;
  line: number;
  location: string;
  sku: string;
  lot: string | null;
  bucket: Bucket;
  kind: MovementKind;
  delta: number;
  on_hand_after: number;
  available_after: number;
  source: string;
  event_id: string;
  reason: string | null;
  document: string | null;
  occurred_at: number;
  received_at: number;
  recorded_at: number;
  late: boolean;
}

function conditionsOf(filter: LedgerFilter): SqlConditions {
  const { skus, locations, kinds, lateOnly } = filter;
  return new SqlConditions()
    .add('sku = ANY (?::text[])', skus)
    .add('location = ANY (?::text[])', locations)
    .add('partition = ANY (?::int4[])', locations === null ? null : [...new Set(locations.map((location) => partitionOf(location)))])
    .add('kind = ANY (?::text[])', kinds)
    .add('occurred_at >= ?', filter.occurredFrom)
    .add('occurred_at < ?', filter.occurredTo)
    .add('recorded_at >= ?', filter.recordedFrom)
    .add('recorded_at < ?', filter.recordedTo)
    .addIf(lateOnly, 'late');
}

function afterPlace(conditions: SqlConditions, { recordedAt, partition, offset, line }: LedgerPlace): string {
  const [at, p, o, l] = [recordedAt, partition, offset, line].map((value) => conditions.place(value));
  return `(recorded_at, partition, "offset", line) < (${at}::int8, ${p}::int4, ${o}::int8, ${l}::int4)`;
}

function entryFromRow(row: LedgerRow): LedgerEntry {
  const {
    on_hand_after: onHandAfter,
    available_after: availableAfter,
    event_id: eventId,
    occurred_at: occurredAt,
    received_at: receivedAt,
    recorded_at: recordedAt,
    ...same
  } = row;
  return { ...same, onHandAfter, availableAfter, eventId, occurredAt, receivedAt, recordedAt };
}
