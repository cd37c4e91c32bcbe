import { createHash } from 'node:crypto';
import type pg from 'pg';

/** Rows hashed by one statement: it has to end well within the time that a statement has. */
const CHUNK_ROWS = 20_000;

interface HashedTable {
  /** Its primary key, in the order of which its rows are hashed. */
  readonly key: readonly string[];
  /** Columns that are no function of the log. */
  readonly without: readonly string[];
  /** Text columns that hold JSON: the order of an object's members says nothing. */
  readonly json?: readonly string[];
}

/** All that inventory makes of the log; what is only about publishing it, or about when a process did it, is left out. */
const TABLES = {
  event_key: { key: ['partition', 'source', 'id'], without: [] },
  event: { key: ['partition', 'offset'], without: ['applied_at'], json: ['outcome'] },
  ledger: { key: ['partition', 'offset', 'line'], without: [] },
  level: { key: ['partition', 'location', 'sku'], without: [] },
  stock_count: { key: ['partition', 'offset', 'line'], without: [] },
  supply_order: { key: ['partition', 'location', 'number'], without: [], json: ['early'] },
  order_line: { key: ['partition', 'location', 'order_number', 'line'], without: [] },
  order_stage_change: { key: ['partition', 'offset', 'location', 'order_number'], without: [] },
  reservation: { key: ['partition', 'location', 'reference'], without: [] },
  reservation_line: { key: ['partition', 'location', 'reference', 'line'], without: [] },
  reservation_entry: { key: ['partition', 'offset', 'index'], without: [] },
  stock_exception: { key: ['partition', 'offset', 'index'], without: [] },
  quarantine: { key: ['partition', 'offset'], without: [] },
  fence: { key: ['partition'], without: ['changes_offset', 'hops_offset'] },
} as const satisfies Record<string, HashedTable>;
export type StateTable = keyof typeof TABLES;

export interface TableHash {
  readonly rows: number;
  /** MD5 over all columns of all rows, in the order of their keys. */
  readonly hash: string;
}

/**
 * What the state of inventory is, in one hash a table: two states are the same when their hashes are. A fence without
 * a record before it counts as none. Nothing may be written meanwhile: tables are read one after the other.
 */
export async function hashState(pool: pg.Pool): Promise<Map<StateTable, TableHash>> {
  const hashes = new Map<StateTable, TableHash>();
  for (const table of Object.keys(TABLES) as StateTable[]) hashes.set(table, await hashTable(pool, table, TABLES[table]));
  return hashes;
}

interface Chunk {
  readonly rows: number;
  readonly hash: string;
  /** Key of its last row. */
  readonly last: readonly unknown[];
}

async function hashTable(pool: pg.Pool, table: StateTable, columns: HashedTable): Promise<TableHash> {
  const whole = createHash('md5');
  let rows = 0;
  for (let chunk = await hashChunk(pool, table, { columns, after: null }); chunk !== null;) {
    rows += chunk.rows;
    whole.update(chunk.hash);
    chunk = chunk.rows < CHUNK_ROWS ? null : await hashChunk(pool, table, { columns, after: chunk.last });
  }
  return { rows, hash: whole.digest('hex') };
}

async function hashChunk(
  pool: pg.Pool,
  table: StateTable,
  { columns, after }: { columns: HashedTable; after: readonly unknown[] | null },
): Promise<Chunk | null> {
  const key = columns.key.map((column) => `"${column}"`);
  const kept = columns.without.reduce((json, column) => `${json} - '${column}'`, 'to_jsonb(given)');
  const content = (columns.json ?? []).reduce((json, column) => `${json} || jsonb_build_object('${column}', "${column}"::jsonb)`, kept);
  const conditions = [
    ...(after === null ? [] : [`(${key.join(', ')}) > (${key.map((_unused, index) => `$${index + 1}`).join(', ')})`]),
    ...(table === 'fence' ? ['next_offset > 0'] : []),
  ];
  const { rows } = await pool.query<{ rows: number; hash: string } & Record<string, unknown>>(
    `WITH chunk AS (
       SELECT ${key.join(', ')}, md5((${content})::text) AS row_hash FROM ${table} AS given
       ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`} ORDER BY ${key.join(', ')} LIMIT ${CHUNK_ROWS}
     ), whole AS (
       SELECT count(*)::int AS rows, md5(string_agg(row_hash, '' ORDER BY ${key.join(', ')})) AS hash FROM chunk
     ), last AS (
       SELECT ${key.join(', ')} FROM chunk ORDER BY ${key.map((column) => `${column} DESC`).join(', ')} LIMIT 1
     )
     SELECT whole.rows, whole.hash, last.* FROM whole, last`,
    after === null ? [] : [...after],
  );
  const [found] = rows;
  return found === undefined ? null : { rows: found.rows, hash: found.hash, last: columns.key.map((column) => found[column]) };
}
