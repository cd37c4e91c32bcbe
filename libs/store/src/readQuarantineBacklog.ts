import type { Instant } from '@quayside/contracts';
import type pg from 'pg';

/** What waits for a decision in the quarantine of a partition and was set aside before a time. */
export interface QuarantineBacklogRead {
  readonly waiting: number;
  readonly oldest: {
    readonly offset: number;
    readonly recordedAt: Instant;
    readonly reason: string;
    /** Null where the record could not be read. */
    readonly event: { readonly source: string; readonly id: string } | null;
  } | null;
  readonly newestRecordedAt: Instant | null;
  /** When the last decision about a record of the partition was recorded; read only while nothing waits. */
  readonly lastDecidedAt: Instant | null;
}

/** Read by the partition's own order: a quarantine is small, and one that is not is what this is looking for. */
export async function readQuarantineBacklog(pool: pg.Pool, partition: number, setAsideBefore: Instant): Promise<QuarantineBacklogRead> {
  const { rows } = await pool.query<{
    waiting: number;
    newest: number;
    offset: number;
    recorded_at: number;
    reason: string;
    source: string | null;
    id: string | null;
  }>({
    name: 'read-quarantine-backlog',
    text: `SELECT count(*) OVER () AS waiting, max(recorded_at) OVER () AS newest, "offset", recorded_at, reason, source, id
           FROM quarantine WHERE partition = $1 AND state = 'WAITING' AND recorded_at <= $2 ORDER BY "offset" LIMIT 1`,
    values: [partition, setAsideBefore],
  });
  const [row] = rows;
  if (row === undefined) return { waiting: 0, oldest: null, newestRecordedAt: null, lastDecidedAt: await readLastDecision(pool, partition) };
  const event = row.source === null || row.id === null ? null : { source: row.source, id: row.id };
  const oldest = { offset: row.offset, recordedAt: row.recorded_at, reason: row.reason, event };
  return { waiting: row.waiting, oldest, newestRecordedAt: row.newest, lastDecidedAt: null };
}

async function readLastDecision(pool: pg.Pool, partition: number): Promise<Instant | null> {
  const { rows } = await pool.query<{ last: number | null }>({
    name: 'read-last-decision',
    text: 'SELECT max(decided_at) AS last FROM quarantine WHERE partition = $1',
    values: [partition],
  });
  return rows[0]?.last ?? null;
}
