import type pg from 'pg';

/** How far a partition has been applied: the row that every batch has to move, and the positions of its two streams. */
export interface Fence {
  readonly nextOffset: number;
  readonly changesOffset: number;
  readonly hopsOffset: number;
  readonly lastRecordedAt: number;
  /** Append time of the record before nextOffset; null where it is not known. */
  readonly lastAppendedAt: number | null;
}

interface FenceRow {
  next_offset: number;
  changes_offset: number;
  hops_offset: number;
  last_recorded_at: number;
  last_appended_at: number | null;
}
const FENCE_COLUMNS = 'next_offset, changes_offset, hops_offset, last_recorded_at, last_appended_at';

/** The fence of a partition, made at 0 where it does not exist yet. */
export async function readFence(pool: pg.Pool, partition: number): Promise<Fence> {
  const found = await pool.query<FenceRow>({ name: 'read-fence', text: `SELECT ${FENCE_COLUMNS} FROM fence WHERE partition = $1`, values: [partition] });
  const row = found.rows[0];
  if (row !== undefined) return toFence(row);
  await pool.query('INSERT INTO fence (partition, next_offset, changes_offset, hops_offset, last_recorded_at) VALUES ($1, 0, 0, 0, 0) ON CONFLICT DO NOTHING', [
    partition,
  ]);
  return readFence(pool, partition);
}

/** All fences that exist, by partition. */
export async function readFences(pool: pg.Pool): Promise<Map<number, Fence>> {
  const { rows } = await pool.query<FenceRow & { partition: number }>(`SELECT partition, ${FENCE_COLUMNS} FROM fence`);
  return new Map(rows.map((row) => [row.partition, toFence(row)]));
}

/** Up to where each of a partition's two streams has been published. */
export interface Published {
  readonly changes: number;
  readonly hops: number;
}

/** What is below is in `supply.changes` and `supply.events`. Never goes back: a slower owner must not make it be sent again for ever. */
export async function advancePublished(relaxedPool: pg.Pool, partition: number, published: Published): Promise<void> {
  await relaxedPool.query({
    name: 'advance-published',
    text: 'UPDATE fence SET changes_offset = GREATEST(changes_offset, $2), hops_offset = GREATEST(hops_offset, $3) WHERE partition = $1',
    values: [partition, published.changes, published.hops],
  });
}

/** Identity of this database's state: positions and caches of another one are void. Made at the first start. */
export async function readStoreEpoch(pool: pg.Pool): Promise<string> {
  await pool.query('INSERT INTO store (id, epoch) VALUES (1, gen_random_uuid()) ON CONFLICT DO NOTHING');
  const { rows } = await pool.query<{ epoch: string }>('SELECT epoch FROM store');
  const epoch = rows[0]?.epoch;
  if (epoch === undefined) throw new Error('The store has no epoch');
  return epoch;
}

const toFence = (row: FenceRow): Fence => ({
  nextOffset: row.next_offset,
  changesOffset: row.changes_offset,
  hopsOffset: row.hops_offset,
  lastRecordedAt: row.last_recorded_at,
  lastAppendedAt: row.last_appended_at,
});
