import { BUCKETS, levelKey, onHand, type Bucket, type Level } from '@quayside/contracts';
import type pg from 'pg';
import type { LedgerFinding } from './auditFinding.js';
import { LEVEL_COLUMNS, levelFromRow, type LevelRow } from './levelRow.js';

/** A level beside what its ledger rows add up to, both of one snapshot. */
export interface LevelWithLedger {
  readonly level: Level;
  readonly sums: Readonly<Record<Bucket, number>>;
  readonly rows: number;
  /** `on_hand_after` of the row applied last; null where there is none. What is available changes with promises too, which leave no row here. */
  readonly onHandAfter: number | null;
}
export interface LedgerChunk {
  readonly levels: readonly LevelWithLedger[];
  /** Where to read on; null after the last level of the partition. */
  readonly next: LevelPlaceInPartition | null;
}
export interface LevelPlaceInPartition {
  readonly location: string;
  readonly sku: string;
}

/** Before every level of a partition. */
export const FIRST_PLACE: LevelPlaceInPartition = { location: '', sku: '' };

/** Levels after a place in key order, at most `limit`, each with the sums of its ledger rows. One statement, hence one snapshot. */
export async function readLevelsWithLedger(
  client: pg.Pool | pg.PoolClient,
  asked: { readonly partition: number; readonly after: LevelPlaceInPartition; readonly limit: number },
): Promise<LedgerChunk> {
  const { rows } = await client.query<SumRow>({
    name: 'levels-with-ledger',
    text: LEVELS_WITH_LEDGER,
    values: [asked.partition, asked.after.location, asked.after.sku, asked.limit],
  });
  const last = rows[rows.length - 1];
  return { levels: rows.map(fromRow), next: rows.length < asked.limit || last === undefined ? null : { location: last.location, sku: last.sku } };
}

/** What is wrong with a level by its own ledger (I1). */
export function judgeLedger(partition: number, { level, sums, onHandAfter }: LevelWithLedger): LedgerFinding[] {
  const at = { partition, location: level.location, sku: level.sku };
  const findings: LedgerFinding[] = BUCKETS.filter((bucket) => level[bucket] !== sums[bucket]).map((bucket) => ({
    kind: 'LEVEL_SUM',
    ...at,
    bucket,
    level: level[bucket],
    ledger: sums[bucket],
  }));
  // Where a bucket is off, its sums are too: saying the same thing three times would only hide which one it was.
  if (findings.length > 0 || onHandAfter === null) return findings;
  if (onHand(level) !== onHandAfter) findings.push({ kind: 'ON_HAND_AFTER', ...at, level: onHand(level), ledger: onHandAfter });
  return findings;
}

/** Ledger rows in [from, to) whose level does not exist, and those whose event does not. */
export async function findStrayLedger(
  client: pg.PoolClient,
  range: { readonly partition: number; readonly from: number; readonly to: number },
): Promise<StrayLedger> {
  const { rows } = await client.query<{ offset: number; location: string; sku: string; has_level: boolean; has_event: boolean }>({
    name: 'stray-ledger',
    text: `SELECT * FROM (
             SELECT l."offset", l.location, l.sku, v.sku IS NOT NULL AS has_level, e."offset" IS NOT NULL AS has_event
             FROM ledger l
             LEFT JOIN level v ON v.partition = l.partition AND v.location = l.location AND v.sku = l.sku
             LEFT JOIN event e ON e.partition = l.partition AND e."offset" = l."offset"
             WHERE l.partition = $1 AND l."offset" >= $2 AND l."offset" < $3) AS looked
           WHERE NOT has_level OR NOT has_event ORDER BY "offset"`,
    values: [range.partition, range.from, range.to],
  });
  return {
    withoutLevel: [...new Map(rows.filter((row) => !row.has_level).map(({ location, sku }) => [levelKey(location, sku), { location, sku }])).values()],
    withoutEvent: [...new Set(rows.filter((row) => !row.has_event).map((row) => row.offset))],
  };
}
export interface StrayLedger {
  readonly withoutLevel: readonly LevelPlaceInPartition[];
  readonly withoutEvent: readonly number[];
}

interface SumRow extends LevelRow {
  sum_sellable: number;
  sum_inspection: number;
  sum_hold: number;
  sum_damaged: number;
  ledger_rows: number;
  on_hand_after: number | null;
}

// The greatest (offset, line) is the row applied last: an array compares like the tuple that it holds.
const LEVELS_WITH_LEDGER = `
  SELECT chunk.*, sums.sum_sellable, sums.sum_inspection, sums.sum_hold, sums.sum_damaged, sums.ledger_rows, sums.newest[3] AS on_hand_after
  FROM (SELECT ${LEVEL_COLUMNS} FROM level WHERE partition = $1 AND (location, sku) > ($2, $3) ORDER BY location, sku LIMIT $4) AS chunk
  CROSS JOIN LATERAL (
    SELECT ${BUCKETS.map((bucket) => `coalesce(sum(delta) FILTER (WHERE bucket = '${bucket}'), 0)::bigint AS sum_${bucket}`).join(', ')},
      count(*) AS ledger_rows, max(ARRAY["offset", line::bigint, on_hand_after]) AS newest
    FROM ledger WHERE partition = $1 AND ledger.location = chunk.location AND ledger.sku = chunk.sku
  ) AS sums
  ORDER BY chunk.location, chunk.sku`;

function fromRow(row: SumRow): LevelWithLedger {
  return {
    level: levelFromRow(row),
    sums: { sellable: row.sum_sellable, inspection: row.sum_inspection, hold: row.sum_hold, damaged: row.sum_damaged },
    rows: row.ledger_rows,
    onHandAfter: row.on_hand_after,
  };
}
