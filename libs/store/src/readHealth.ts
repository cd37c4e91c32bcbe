import type pg from 'pg';

/** How many records wait in quarantine. */
export async function countQuarantined(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ count: number }>({ name: 'count-quarantined', text: `SELECT count(*) AS count FROM quarantine WHERE state = 'WAITING'` });
  return rows[0]?.count ?? 0;
}

/** How far alerting has applied each partition of `supply.changes`. */
export async function readAlertPositions(pool: pg.Pool): Promise<Map<number, number>> {
  const { rows } = await pool.query<{ partition: number; next_offset: number }>({
    name: 'read-alert-positions',
    text: 'SELECT partition, next_offset FROM alert_fence',
  });
  return new Map(rows.map(({ partition, next_offset }) => [partition, next_offset]));
}
