import type pg from 'pg';
import type { SelfCheckResult } from './selfCheck.js';

/** The checks of the last minute, over all processes together. */
export interface Reconciliation {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly levelsChecked: number;
  readonly mismatches: number;
  readonly repaired: number;
  /** The longest of them. */
  readonly tookMs: number;
}

/** Kept for a week: long enough to see since when something is wrong. */
const KEPT_MS = 7 * 24 * 3600 * 1000;
/** Each process checks once a minute, so less than a minute back from the newest each is counted once. */
const ROUND_MS = 59_000;

/** Stores the result of a self-check and lets go of those older than a week. */
export async function recordReconciliation(
  pool: pg.Pool,
  { at, levelsChecked, mismatches, repaired, tookMs }: Reconciliation | SelfCheckResult,
): Promise<void> {
  await pool.query({
    name: 'record-reconciliation',
    text: `WITH forgotten AS (DELETE FROM reconciliation WHERE at < $1::int8 - $6::int8)
           INSERT INTO reconciliation (at, levels_checked, mismatches, repaired, took_ms) VALUES ($1, $2, $3, $4, $5)`,
    values: [at, levelsChecked, mismatches, repaired, tookMs, KEPT_MS],
  });
}

/** The newest round of checks; null before the first. How old it is tells its `at`. */
export async function readReconciliation(pool: pg.Pool): Promise<Reconciliation | null> {
  const { rows } = await pool.query<{ at: number | null; levels_checked: number; mismatches: number; repaired: number; took_ms: number }>({
    name: 'read-reconciliation',
    text: `SELECT max(at) AS at, sum(levels_checked)::bigint AS levels_checked, sum(mismatches)::bigint AS mismatches, sum(repaired)::bigint AS repaired, max(took_ms) AS took_ms
           FROM reconciliation WHERE at > (SELECT max(at) FROM reconciliation) - $1::int8`,
    values: [ROUND_MS],
  });
  const row = rows[0];
  if (row === undefined || row.at === null) return null;
  return { at: row.at, levelsChecked: row.levels_checked, mismatches: row.mismatches, repaired: row.repaired, tookMs: row.took_ms };
}
