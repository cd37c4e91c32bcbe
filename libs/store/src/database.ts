import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from './generated/client.js';

export interface Database {
  readonly pool: pg.Pool;
  /** For positions whose loss is harmless (they only make something be sent again): commits without waiting for the disk. */
  readonly relaxedPool: pg.Pool;
  readonly prisma: PrismaClient;
  close(): Promise<void>;
}

/** Bounds on every wait for Postgres, ms: a black-holed link must end in an error that the batch runner can act on. */
const CONNECT_MS_MAX = 3_000;
const STATEMENT_MS_MAX = 15_000;
const POOL_CONNECTIONS_MAX = 8;
const RELAXED_CONNECTIONS_MAX = 2;

const INT8 = 20;
/** bigint columns come as numbers: every one of ours is a safe integer by construction, and is checked. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8 ? toSafeInteger : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

/**
 * Opens Postgres: one schema of one database. `onError` is told of connections that die while idle.
 * Throws nothing by itself; the first query does.
 */
export function openDatabase({ url, schema, onError }: { url: string; schema: string; onError?: (cause: unknown) => void }): Database {
  const make = (max: number, synchronousCommit: 'on' | 'off'): pg.Pool => {
    const pool = new pg.Pool({
      connectionString: url,
      max,
      connectionTimeoutMillis: CONNECT_MS_MAX,
      query_timeout: STATEMENT_MS_MAX + 1_000,
      statement_timeout: STATEMENT_MS_MAX,
      idle_in_transaction_session_timeout: STATEMENT_MS_MAX,
      keepAlive: true,
      options: `-c search_path=${schema} -c synchronous_commit=${synchronousCommit}`,
      types,
    });
    pool.on('error', (cause) => onError?.(withoutClient(cause)));
    // A connection that dies while it is used tells its query as well; without a listener the news would end the process.
    pool.on('connect', (client) => client.on('error', (cause) => onError?.(withoutClient(cause))));
    return pool;
  };
  const pool = make(POOL_CONNECTIONS_MAX, 'on');
  const relaxedPool = make(RELAXED_CONNECTIONS_MAX, 'off');
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool, { schema }) });
  return {
    pool,
    relaxedPool,
    prisma,
    close: async () => {
      await prisma.$disconnect();
      for (const each of [pool, relaxedPool]) if (!each.ended) await each.end();
    },
  };
}

/** node-postgres hangs the whole connection on an error of an idle one: in a log it would bury what went wrong. */
function withoutClient(cause: Error): Error {
  if ('client' in cause) Object.defineProperty(cause, 'client', { enumerable: false });
  return cause;
}

function toSafeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error(`${text} from Postgres is no safe integer`);
  return value;
}
