import { Redis } from 'ioredis';
import { liveKeys } from './liveLevels.js';

/** Walks over the keys that Redis holds, whether Postgres knows of them or not. */
export interface LiveScan {
  /** Hands over the level keys of a partition in chunks, some perhaps twice (HSCAN); stops when `each` answers false. */
  scanKeys(partition: number, each: (keys: readonly string[]) => Promise<boolean>): Promise<void>;
  close(): Promise<void>;
}

/** Redis walks over about this many fields a call: some 2 ms of its one thread. */
const SCAN_KEYS = 1_000;
const COMMAND_MS_MAX = 2_000;

/** Opens a walk over Redis with a connection of its own. `url` and `prefix` as in openLiveLevels. */
export function openLiveScan({ url, prefix }: { readonly url: string; readonly prefix: string }): LiveScan {
  const redis = new Redis(url, { commandTimeout: COMMAND_MS_MAX, connectTimeout: COMMAND_MS_MAX, maxRetriesPerRequest: 1, lazyConnect: true });
  // Each command that fails says so to its caller.
  redis.on('error', () => {});
  return {
    scanKeys: async (partition, each) => {
      let cursor = '0';
      do {
        const [next, fields] = await redis.hscan(liveKeys(prefix, partition).levels, cursor, 'COUNT', SCAN_KEYS);
        cursor = next;
        const keys = fields.filter((_field, index) => index % 2 === 0);
        if (keys.length > 0 && !(await each(keys))) return;
      } while (cursor !== '0');
    },
    close: async () => redis.disconnect(),
  };
}

/** What decides whether Redis may lose our levels by itself. */
export interface RedisSettings {
  readonly version: string;
  readonly maxMemoryBytes: number;
  /** `noeviction` is the only one under which a level cannot vanish. */
  readonly evictionPolicy: string;
  readonly isAppendOnly: boolean;
  readonly isLoading: boolean;
}

/** Asks a Redis about itself. Rejects when nothing answers in time. */
export async function readRedisSettings(url: string): Promise<RedisSettings> {
  const redis = new Redis(url, {
    commandTimeout: COMMAND_MS_MAX,
    connectTimeout: COMMAND_MS_MAX,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    lazyConnect: true,
  });
  redis.on('error', () => {});
  try {
    await redis.connect();
    const info = await redis.info();
    const field = (name: string): string => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';
    return {
      version: field('redis_version'),
      maxMemoryBytes: Number(field('maxmemory')),
      evictionPolicy: field('maxmemory_policy'),
      isAppendOnly: field('aof_enabled') === '1',
      isLoading: field('loading') === '1',
    };
  } finally {
    redis.disconnect();
  }
}
