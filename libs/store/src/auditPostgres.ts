import type pg from 'pg';

/** What decides whether Postgres keeps what it has confirmed, and whether its tables are ours. */
export interface PostgresSettings {
  readonly version: string;
  readonly fsync: boolean;
  readonly fullPageWrites: boolean;
  /** `off` would lose confirmed batches in a crash. */
  readonly synchronousCommit: string;
  readonly isInRecovery: boolean;
  /** Its clock, milliseconds since 1970, at the moment of the answer. */
  readonly now: number;
}

/** Asks Postgres about itself. */
export async function readPostgresSettings(pool: pg.Pool): Promise<PostgresSettings> {
  const { rows } = await pool.query<{ version: string; fsync: string; full_page_writes: string; synchronous_commit: string; recovery: boolean; now: number }>(
    `SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync, current_setting('full_page_writes') AS full_page_writes,
       current_setting('synchronous_commit') AS synchronous_commit, pg_is_in_recovery() AS recovery, floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now`,
  );
  const row = rows[0];
  if (row === undefined) throw new Error('Postgres answered without a row');
  return {
    version: row.version,
    fsync: row.fsync === 'on',
    fullPageWrites: row.full_page_writes === 'on',
    synchronousCommit: row.synchronous_commit,
    isInRecovery: row.recovery,
    now: row.now,
  };
}

/** Names of the migrations that are applied; null when there is no table of them: the schema was never made. */
export async function readMigrations(pool: pg.Pool): Promise<string[] | null> {
  const { rows: found } = await pool.query<{ present: boolean }>(`SELECT to_regclass('_prisma_migrations') IS NOT NULL AS present`);
  if (found[0]?.present !== true) return null;
  const { rows } = await pool.query<{ name: string }>(
    'SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY migration_name',
  );
  return rows.map(({ name }) => name);
}
