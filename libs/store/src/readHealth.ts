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

/** What became of an event at a position's owner: null when its record has not been taken yet. */
export async function readEventState(pool: pg.Pool, key: { readonly partition: number; readonly source: string; readonly id: string }): Promise<string | null> {
  const { rows } = await pool.query<{ state: string }>({
    name: 'read-event-state',
    text: 'SELECT state FROM event_key WHERE partition = $1 AND source = $2 AND id = $3',
    values: [key.partition, key.source, key.id],
  });
  return rows[0]?.state ?? null;
}
