import type { Level } from '@quayside/contracts';
import type pg from 'pg';
import { LEVEL_COLUMNS, levelFromRow, type LevelRow } from './levelRow.js';

/** Levels read at a time: bounds memory, and one script call of a rebuild. */
export const SNAPSHOT_CHUNK_LEVELS = 1_000;

/**
 * All levels of a partition and its fence as of one instant (REPEATABLE READ), in chunks. `each` gets the fence with
 * every chunk and whether it is the last (an empty partition gives one empty, last chunk); it stops the reading by answering false.
 */
export async function readLevelSnapshot(
  pool: pg.Pool,
  partition: number,
  each: (chunk: { levels: Level[]; nextOffset: number; last: boolean }) => Promise<boolean>,
): Promise<void> {
  const client = await pool.connect();
  let broken: Error | boolean = true;
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const fence = await client.query<{ next_offset: number }>('SELECT next_offset FROM fence WHERE partition = $1', [partition]);
    const nextOffset = fence.rows[0]?.next_offset ?? 0;
    let after: { location: string; sku: string } | null = { location: '', sku: '' };
    while (after !== null) {
      const found: pg.QueryResult<LevelRow> = await client.query<LevelRow>({
        name: 'level-snapshot',
        text: `SELECT ${LEVEL_COLUMNS} FROM level WHERE partition = $1 AND (location, sku) > ($2, $3) ORDER BY location, sku LIMIT $4`,
        values: [partition, after.location, after.sku, SNAPSHOT_CHUNK_LEVELS],
      });
      const last = found.rows.length < SNAPSHOT_CHUNK_LEVELS;
      const goOn = await each({ levels: found.rows.map(levelFromRow), nextOffset, last });
      const final: LevelRow | undefined = found.rows[found.rows.length - 1];
      after = last || !goOn || final === undefined ? null : { location: final.location, sku: final.sku };
    }
    await client.query('COMMIT');
    broken = false;
  } finally {
    client.release(broken);
  }
}
