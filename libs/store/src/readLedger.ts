import { PARTITION_COUNT, partitionOf, type Bucket, type EventIdentity, type Instant, type MovementKind, type Quantity } from '@quayside/contracts';
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
  /** Order that the fact names, and its line. */
  readonly orderNumber: string | null;
  readonly orderLine: number | null;
  /** The event that booked this row at the place of another (a late fact, a void); null: the fact itself. */
  readonly by: EventIdentity | null;
}
export type LedgerKey = Pick<LedgerEntry, 'partition' | 'offset' | 'line'>;
/** Where a record stands. */
export interface RecordPlace {
  readonly partition: number;
  readonly offset: number;
}

/** Which rows; null asks nothing, an empty list matches nothing. Times are from (included) and to (not included). */
export interface LedgerFilter {
  readonly skus: readonly string[] | null;
  readonly locations: readonly string[] | null;
  readonly kinds: readonly MovementKind[] | null;
  readonly orderNumber: string | null;
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
    `SELECT ${LEDGER_COLUMNS} FROM ledger ${conditions.where()} ORDER BY recorded_at DESC, partition DESC, "offset" DESC, line DESC LIMIT ${limited}`,
    conditions.values,
  );
  return rows.map(ledgerEntryFromRow);
}

/** Where a reader of one partition's ledger stands, and how far it may read: offsets, `from` is not included, `to` is. */
export interface LedgerStretch {
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

/**
 * The next rows of a partition in the order of the log: whole events until `rowsMin` rows are together, or the stretch ends. `upTo` is the offset
 * up to which everything that the filter matches is in them: an event is never cut, so that an offset says where a reader stands.
 */
export async function readLedgerOn(
  pool: pg.Pool,
  { stretch: { partition, from, to }, filter, rowsMin }: { readonly stretch: LedgerStretch; readonly filter: LedgerFilter; readonly rowsMin: number },
): Promise<{ readonly entries: LedgerEntry[]; readonly upTo: number }> {
  const within = (): SqlConditions => conditionsOf(filter).add('partition = ?', partition).add('"offset" > ?', from);
  const bounding = within().add('"offset" <= ?', to);
  const bound = await pool.query<{ offset: number }>(
    `SELECT "offset" FROM ledger ${bounding.where()} ORDER BY partition, "offset", line OFFSET ${bounding.place(rowsMin - 1)} LIMIT 1`,
    bounding.values,
  );
  const upTo = bound.rows[0]?.offset ?? to;
  const reading = within().add('"offset" <= ?', upTo);
  const { rows } = await pool.query<LedgerRow>(`SELECT ${LEDGER_COLUMNS} FROM ledger ${reading.where()} ORDER BY partition, "offset", line`, reading.values);
  return { entries: rows.map(ledgerEntryFromRow), upTo };
}

/** Rows by identity, in no order; those that do not exist are absent. */
export async function readLedger(pool: pg.Pool, keys: readonly LedgerKey[]): Promise<LedgerEntry[]> {
  const { rows } = await pool.query<LedgerRow>({
    name: 'read-ledger',
    text: `SELECT ${LEDGER_COLUMNS} FROM ledger WHERE (partition, "offset", line) IN (SELECT * FROM unnest($1::int4[], $2::int8[], $3::int4[]))`,
    values: [keys.map(({ partition }) => partition), keys.map(({ offset }) => offset), keys.map(({ line }) => line)],
  });
  return rows.map(ledgerEntryFromRow);
}

/** Rows that these records made, in the order of their lines, each with its record's place. */
export async function readLedgerOf(pool: pg.Pool, places: readonly RecordPlace[]): Promise<LedgerEntry[]> {
  const { rows } = await pool.query<LedgerRow>({
    name: 'read-ledger-of',
    text: `SELECT ${LEDGER_COLUMNS} FROM ledger WHERE (partition, "offset") IN (SELECT * FROM unnest($1::int4[], $2::int8[])) ORDER BY partition, "offset", line`,
    values: [places.map(({ partition }) => partition), places.map(({ offset }) => offset)],
  });
  return rows.map(ledgerEntryFromRow);
}

/**
 * Of each VOID row the row that it takes back (of a count that was voided: its variance), of each VARIANCE_REVISION the
 * count's own row; null for all others. In the order asked.
 */
export async function readReversed(pool: pg.Pool, keys: readonly LedgerKey[]): Promise<(LedgerEntry | null)[]> {
  const { rows } = await pool.query<LedgerRow & { index: number }>({
    name: 'read-reversed',
    text: `SELECT k.index::int4 AS index, found.* FROM unnest($1::int4[], $2::int8[], $3::int4[]) WITH ORDINALITY AS k (p, o, l, index)
           JOIN ledger d ON d.partition = k.p AND d."offset" = k.o AND d.line = k.l AND d.kind IN ('VOID', 'VARIANCE_REVISION')
           CROSS JOIN LATERAL (SELECT ${LEDGER_COLUMNS} FROM ledger r
             WHERE r.location = d.location AND r.sku = d.sku AND r.occurred_at = d.occurred_at AND r.bucket = d.bucket AND r.lot IS NOT DISTINCT FROM d.lot
               AND r.source = d.source AND r.event_id = d.event_id AND r.kind NOT IN ('VOID', 'VARIANCE_REVISION')
             ORDER BY r.delta = -d.delta DESC, r."offset", r.line LIMIT 1) AS found`,
    values: [keys.map(({ partition }) => partition), keys.map(({ offset }) => offset), keys.map(({ line }) => line)],
  });
  const found = new Map(rows.map(({ index, ...row }) => [index - 1, ledgerEntryFromRow(row)]));
  return keys.map((_key, index) => found.get(index) ?? null);
}

export const LEDGER_COLUMNS =
  'partition, "offset", line, location, sku, lot, bucket, kind, delta, on_hand_after, available_after, source, event_id, reason, document, occurred_at, received_at, recorded_at, late, order_number, order_line, by_source, by_id';

export interface LedgerRow {
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
  order_number: string | null;
  order_line: number | null;
  by_source: string | null;
  by_id: string | null;
}

const ALL_PARTITIONS = Array.from({ length: PARTITION_COUNT }, (_, partition) => partition);

function conditionsOf(filter: LedgerFilter): SqlConditions {
  const { skus, locations, kinds, orderNumber, lateOnly } = filter;
  return (
    new SqlConditions()
      .add('sku = ANY (?::text[])', skus)
      .add('location = ANY (?::text[])', locations)
      .add('partition = ANY (?::int4[])', locations === null ? null : [...new Set(locations.map((location) => partitionOf(location)))])
      .add('kind = ANY (?::text[])', kinds)
      .add('order_number = ?', orderNumber)
      // Its index begins with the partition, and a number alone does not tell whose it is.
      .add('partition = ANY (?::int4[])', orderNumber === null ? null : ALL_PARTITIONS)
      .add('occurred_at >= ?', filter.occurredFrom)
      .add('occurred_at < ?', filter.occurredTo)
      .add('recorded_at >= ?', filter.recordedFrom)
      .add('recorded_at < ?', filter.recordedTo)
      .addIf(lateOnly, 'late')
  );
}

function afterPlace(conditions: SqlConditions, { recordedAt, partition, offset, line }: LedgerPlace): string {
  const [at, p, o, l] = [recordedAt, partition, offset, line].map((value) => conditions.place(value));
  return `(recorded_at, partition, "offset", line) < (${at}::int8, ${p}::int4, ${o}::int8, ${l}::int4)`;
}

export function ledgerEntryFromRow(row: LedgerRow): LedgerEntry {
  const {
    on_hand_after: onHandAfter,
    available_after: availableAfter,
    event_id: eventId,
    occurred_at: occurredAt,
    received_at: receivedAt,
    recorded_at: recordedAt,
    order_number: orderNumber,
    order_line: orderLine,
    by_source: bySource,
    by_id: byId,
    ...same
  } = row;
  const by = bySource === null || byId === null ? null : { source: bySource, id: byId };
  return { ...same, onHandAfter, availableAfter, eventId, occurredAt, receivedAt, recordedAt, orderNumber, orderLine, by };
}
