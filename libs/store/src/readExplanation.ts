import { BUCKETS, partitionOf, type Bucket, type Instant, type Level, type Quantity } from '@quayside/contracts';
import type pg from 'pg';
import { LEVEL_COLUMNS, levelFromRow, type LevelRow } from './levelRow.js';

export interface ExplanationAsked {
  readonly location: string;
  readonly sku: string;
  /** Facts that happened later, and promises decided later, are taken off again; null: none. */
  readonly at: Instant | null;
}
/** Rows of one kind and bucket, before the last count (with its own), since it, or after the time asked. */
export interface ExplainedSum {
  readonly period: 'before' | 'since' | 'after';
  /** Null for all kinds together: before a count they say nothing that the count does not. */
  readonly kind: string | null;
  readonly bucket: Bucket;
  readonly rows: number;
  readonly delta: Quantity;
}
/** A count, and what the rows of its bucket and lot up to it add up to: the same, or its variance is wrong. */
export interface ExplainedCount {
  readonly bucket: Bucket;
  readonly lot: string | null;
  readonly counted: Quantity;
  readonly summed: Quantity;
  readonly occurredAt: Instant;
  readonly source: string;
  readonly id: string;
}
export interface ExplainedPromise {
  readonly kind: 'order' | 'reservation';
  readonly reference: string;
  readonly line: number;
  readonly held: Quantity;
}
export interface ExplainedLateRow {
  readonly kind: string;
  readonly bucket: Bucket;
  readonly delta: Quantity;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  readonly source: string;
  readonly id: string;
}
/** A level beside all the rows that it comes from, of one snapshot. */
export interface Explanation {
  /** As it is stored now, whatever time was asked. */
  readonly level: Level;
  /** Of the last unvoided count; one each bucket and lot that it named. */
  readonly counts: readonly ExplainedCount[];
  readonly sums: readonly ExplainedSum[];
  /** Sums over all promises; the list has the largest LISTED_MAX of `open`. */
  readonly promises: { readonly list: readonly ExplainedPromise[]; readonly open: number; readonly held: Quantity; readonly heldAfter: Quantity };
  /** The newest LISTED_MAX of `rows` that arrived after newer ones. */
  readonly late: { readonly list: readonly ExplainedLateRow[]; readonly rows: number };
}

const LISTED_MAX = 50;

/** Reads what a level is made of; null where no such level is. */
export async function readExplanation(pool: pg.Pool, asked: ExplanationAsked): Promise<Explanation | null> {
  const client = await pool.connect();
  let broken = true;
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const explanation = await readParts(client, { ...asked, at: asked.at ?? Number.MAX_SAFE_INTEGER });
    await client.query('COMMIT');
    broken = false;
    return explanation;
  } finally {
    // After an error the connection's state is unknown: it is closed, which also ends its transaction.
    client.release(broken);
  }
}

type Part = ExplanationAsked & { readonly at: Instant };

async function readParts(client: pg.PoolClient, part: Part): Promise<Explanation | null> {
  const { location, sku } = part;
  const { rows } = await client.query<LevelRow>(`SELECT ${LEVEL_COLUMNS} FROM level WHERE partition = $1 AND location = $2 AND sku = $3`, [
    partitionOf(location),
    location,
    sku,
  ]);
  const row = rows[0];
  if (row === undefined) return null;
  const counts = await readCounts(client, part);
  return {
    level: levelFromRow(row),
    counts: counts.map(({ sequence: _sequence, ...count }) => count),
    sums: await readSums(client, part, counts[0]),
    promises: await readHeld(client, part),
    late: await readLate(client, part),
  };
}

interface CountRow extends ExplainedCount {
  readonly sequence: number;
}

const PLACE = '(occurred_at, source, sequence, event_id)';

async function readCounts(client: pg.PoolClient, { location, sku, at }: Part): Promise<CountRow[]> {
  const { rows } = await client.query<CountRow>(
    `SELECT c.bucket, c.lot, c.counted, c.occurred_at AS "occurredAt", c.source, c.sequence, c.event_id AS id, s.summed FROM stock_count c
     CROSS JOIN LATERAL (SELECT coalesce(sum(delta), 0)::int8 AS summed FROM ledger l
       WHERE l.location = c.location AND l.sku = c.sku AND l.bucket = c.bucket AND l.lot IS NOT DISTINCT FROM c.lot
         AND (l.occurred_at, l.source, l.sequence, l.event_id) <= (c.occurred_at, c.source, c.sequence, c.event_id)) AS s
     WHERE c.location = $1 AND c.sku = $2 AND NOT c.voided AND (c.occurred_at, c.source, c.sequence, c.event_id) = (
       SELECT occurred_at, source, sequence, event_id FROM stock_count WHERE location = $1 AND sku = $2 AND NOT voided AND occurred_at <= $3
       ORDER BY occurred_at DESC, source DESC, sequence DESC, event_id DESC LIMIT 1)
     ORDER BY c.bucket, c.lot NULLS FIRST`,
    [location, sku, at],
  );
  return rows;
}

async function readSums(client: pg.PoolClient, { location, sku, at }: Part, count: CountRow | undefined): Promise<ExplainedSum[]> {
  const { rows } = await client.query<ExplainedSum>(
    `SELECT period, CASE WHEN period = 'since' THEN kind END AS kind, bucket, count(*) AS rows, sum(delta)::int8 AS delta
     FROM (SELECT kind, bucket, delta, CASE WHEN occurred_at > $3::int8 THEN 'after'
             WHEN $4::int8 IS NOT NULL AND ${PLACE} <= ($4::int8, $5::text, $6::int8, $7::text) THEN 'before' ELSE 'since' END AS period
           FROM ledger WHERE location = $1 AND sku = $2) AS rows
     GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
    [location, sku, at, count?.occurredAt ?? null, count?.source ?? null, count?.sequence ?? null, count?.id ?? null],
  );
  return rows;
}

async function readHeld(client: pg.PoolClient, { location, sku, at }: Part): Promise<Explanation['promises']> {
  const values = [location, sku, at];
  const total = await client.query<{ held: number; after: number }>(
    `SELECT coalesce(sum(delta) FILTER (WHERE recorded_at <= $3), 0)::int8 AS held, coalesce(sum(delta) FILTER (WHERE recorded_at > $3), 0)::int8 AS after
     FROM reservation_entry WHERE location = $1 AND sku = $2`,
    values,
  );
  const { rows } = await client.query<ExplainedPromise & { open: number }>(
    `SELECT CASE WHEN order_number IS NULL THEN 'reservation' ELSE 'order' END AS kind, coalesce(order_number, reference) AS reference, line,
       sum(delta)::int8 AS held, count(*) OVER () AS open
     FROM reservation_entry WHERE location = $1 AND sku = $2 AND recorded_at <= $3
     GROUP BY order_number, reservation_entry.reference, line HAVING sum(delta) <> 0 ORDER BY 4 DESC, 1, 2, 3 LIMIT ${LISTED_MAX}`,
    values,
  );
  return {
    list: rows.map(({ open: _open, ...promise }) => promise),
    open: rows[0]?.open ?? 0,
    held: total.rows[0]?.held ?? 0,
    heldAfter: total.rows[0]?.after ?? 0,
  };
}

async function readLate(client: pg.PoolClient, { location, sku, at }: Part): Promise<Explanation['late']> {
  const { rows } = await client.query<ExplainedLateRow & { all: number }>(
    `SELECT kind, bucket, delta, occurred_at AS "occurredAt", recorded_at AS "recordedAt", coalesce(by_source, source) AS source, coalesce(by_id, event_id) AS id,
       count(*) OVER () AS all
     FROM ledger WHERE location = $1 AND sku = $2 AND late AND occurred_at <= $3 ORDER BY recorded_at DESC, "offset" DESC, line DESC LIMIT ${LISTED_MAX}`,
    [location, sku, at],
  );
  return { list: rows.map(({ all: _all, ...row }) => row), rows: rows[0]?.all ?? 0 };
}

/** What does not add up, and by how much: the level as it is stored, less what came after the time asked, against the rows up to it. */
export interface ExplanationGap {
  readonly of: Bucket | 'reserved' | 'count';
  readonly level: Quantity;
  readonly rows: Quantity;
}

/** Level minus later rows and rows so far are summed apart, so that a level that says something else than its rows is found for any time. */
export function judgeExplanation({ level, counts, sums, promises }: Explanation): ExplanationGap[] {
  const sum = (bucket: Bucket, isLater: boolean): Quantity =>
    sums.filter((each) => each.bucket === bucket && (each.period === 'after') === isLater).reduce((total, { delta }) => total + delta, 0);
  const gaps: ExplanationGap[] = [
    ...BUCKETS.map((bucket) => ({ of: bucket, level: level[bucket] - sum(bucket, true), rows: sum(bucket, false) })),
    { of: 'reserved', level: level.reserved - promises.heldAfter, rows: promises.held },
    ...counts.map(({ counted, summed }) => ({ of: 'count' as const, level: counted, rows: summed })),
  ];
  return gaps.filter((gap) => gap.level !== gap.rows);
}
