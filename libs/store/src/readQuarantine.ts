import type { QuarantineReason } from '@quayside/contracts';
import type pg from 'pg';

export interface QuarantinedRow {
  readonly partition: number;
  readonly offset: number;
  readonly reason: QuarantineReason;
  readonly detail: string;
  readonly source: string | null;
  readonly id: string | null;
  readonly recordedAt: number;
  readonly state: 'WAITING' | 'RELEASED' | 'DISMISSED';
  /** As received. */
  readonly record: Uint8Array;
}

/** The quarantined records that wait for a person, oldest first, at most `limit`. */
export async function readWaiting(pool: pg.Pool, limit: number): Promise<QuarantinedRow[]> {
  const { rows } = await pool.query<QuarantinedRow>(
    `SELECT partition, "offset", reason, detail, source, id, recorded_at AS "recordedAt", state, record FROM quarantine WHERE state = 'WAITING' ORDER BY recorded_at, partition, "offset" LIMIT $1`,
    [limit],
  );
  return rows;
}

/** One quarantined record; null where none stands. */
export async function readQuarantined(pool: pg.Pool, partition: number, offset: number): Promise<QuarantinedRow | null> {
  const { rows } = await pool.query<QuarantinedRow>(
    'SELECT partition, "offset", reason, detail, source, id, recorded_at AS "recordedAt", state, record FROM quarantine WHERE partition = $1 AND "offset" = $2',
    [partition, offset],
  );
  return rows[0] ?? null;
}

/** Of each the state and the detail as they stand now, in no order; those that do not exist are absent. */
export async function readQuarantineStates(
  pool: pg.Pool,
  places: readonly { readonly partition: number; readonly offset: number }[],
): Promise<Pick<QuarantinedRow, 'partition' | 'offset' | 'state' | 'detail'>[]> {
  const { rows } = await pool.query<Pick<QuarantinedRow, 'partition' | 'offset' | 'state' | 'detail'>>({
    name: 'quarantine-states',
    text: 'SELECT partition, "offset", state, detail FROM quarantine WHERE (partition, "offset") IN (SELECT * FROM unnest($1::int4[], $2::int8[]))',
    values: [places.map(({ partition }) => partition), places.map(({ offset }) => offset)],
  });
  return rows;
}
