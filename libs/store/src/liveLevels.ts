import { levelKey, type Level } from '@quayside/contracts';
import { Redis } from 'ioredis';
import { decodeLiveLevel, encodeLiveLevel } from './liveLevelCodec.js';
import { PROJECT_SCRIPT, REBUILD_CHUNK_SCRIPT, REBUILD_START_SCRIPT } from './liveLevelScripts.js';

/** Up to where a partition's live levels show the log: everything below `offset` is in. */
export interface LiveCursor {
  readonly epoch: string;
  readonly offset: number;
}
export interface LiveRead {
  /** Null when the partition's levels are not there (flushed, being rebuilt): answer from Postgres. */
  readonly cursor: LiveCursor | null;
  /** In the order asked; null where there is none. */
  readonly levels: readonly (Level | null)[];
}
export interface Projection {
  readonly from: LiveCursor;
  readonly to: number;
  readonly levels: readonly Level[];
}

/** The live view of the levels. Its state is never the only copy: whatever is missing or older is made again from Postgres. */
export interface LiveLevels {
  read(partition: number, keys: readonly string[]): Promise<LiveRead>;
  readCursor(partition: number): Promise<LiveCursor | null>;
  /** Moves a partition from `from` to `to`; returns the cursor after it, which is another one when it was refused. */
  project(partition: number, projection: Projection): Promise<LiveCursor | null>;
  /** Begins a rebuild if the cursor still is the one found; false when it is not. */
  startRebuild(partition: number, found: LiveCursor | null, token: string): Promise<boolean>;
  /** Adds a chunk, the chain's link `index`; with `cursor` it is the last. False when another rebuild has taken over. */
  rebuildChunk(partition: number, chunk: { token: string; index: number; levels: readonly Level[]; cursor: LiveCursor | null }): Promise<boolean>;
  /** Throws EvictingRedis where Redis may throw our keys away by itself. */
  checkKeepsAll(): Promise<void>;
  close(): Promise<void>;
}

/** Redis may throw our keys away by itself: the live levels would be wrong one by one, without a word. */
export class EvictingRedis extends Error {
  readonly code = 'REDIS_EVICTS';
  override readonly name = 'EvictingRedis';
}

/** Every command has an end, ms: a link that swallows replies would otherwise hold a promise for ever (reliability.md, "Traps"). */
const COMMAND_MS_MAX = 2_000;
const CONNECT_MS_MAX = 2_000;
const RECONNECT_MS_MAX = 1_000;

interface ScriptedRedis extends Redis {
  projectLevels(cursor: string, levels: string, ...rest: (string | number)[]): Promise<string>;
  startRebuild(cursor: string, levels: string, token: string, ...rest: string[]): Promise<number>;
  rebuildChunk(cursor: string, levels: string, token: string, ...rest: (string | number)[]): Promise<number>;
}

/** Opens the live levels in Redis. Three keys a partition, under one hash tag. `onState` is told when the connection comes and goes. */
export function openLiveLevels({ url, prefix, onState }: { url: string; prefix: string; onState?: (up: boolean, detail: string) => void }): LiveLevels {
  const redis = new Redis(url, {
    commandTimeout: COMMAND_MS_MAX,
    connectTimeout: CONNECT_MS_MAX,
    maxRetriesPerRequest: 1,
    retryStrategy: (times) => Math.min(50 * times, RECONNECT_MS_MAX),
  }) as ScriptedRedis;
  redis.defineCommand('projectLevels', { numberOfKeys: 2, lua: PROJECT_SCRIPT });
  redis.defineCommand('startRebuild', { numberOfKeys: 3, lua: REBUILD_START_SCRIPT });
  redis.defineCommand('rebuildChunk', { numberOfKeys: 3, lua: REBUILD_CHUNK_SCRIPT });
  redis.on('ready', () => onState?.(true, 'connected'));
  redis.on('error', (cause: Error) => onState?.(false, cause.message));
  redis.on('close', () => onState?.(false, 'the connection is closed'));
  return new RedisLevels(redis, (partition) => liveKeys(prefix, partition));
}

/**
 * The Redis keys of a partition, under one hash tag. The one place that spells them. `v2` is the form of a level in it: another
 * form gets keys of its own, which are filled from Postgres when they are first looked for.
 */
export function liveKeys(prefix: string, partition: number): { readonly cursor: string; readonly levels: string; readonly token: string } {
  const base = `${prefix}v2:{${partition}}`;
  return { cursor: `${base}:cursor`, levels: `${base}:levels`, token: `${base}:rebuild` };
}

class RedisLevels implements LiveLevels {
  constructor(
    private readonly redis: ScriptedRedis,
    private readonly keys: (partition: number) => { cursor: string; levels: string; token: string },
  ) {}

  async read(partition: number, fields: readonly string[]): Promise<LiveRead> {
    const { cursor, levels } = this.keys(partition);
    if (fields.length === 0) return { cursor: await this.readCursor(partition), levels: [] };
    const replies = await this.redis
      .multi()
      .get(cursor)
      .hmget(levels, ...fields)
      .exec();
    const [first, second] = replies ?? [];
    if (first === undefined || second === undefined) throw new Error('Redis answered a transaction with nothing');
    if (first[0] ?? second[0]) throw first[0] ?? second[0];
    const values = second[1] as (string | null)[];
    return {
      cursor: parseCursor(first[1] as string | null),
      levels: fields.map((field, index) => decodeOrNull(field, values[index] ?? null)),
    };
  }

  async readCursor(partition: number): Promise<LiveCursor | null> {
    return parseCursor(await this.redis.get(this.keys(partition).cursor));
  }

  async project(partition: number, { from, to, levels }: Projection): Promise<LiveCursor | null> {
    const key = this.keys(partition);
    return parseCursor(
      await this.redis.projectLevels(key.cursor, key.levels, showCursor(from), showCursor({ epoch: from.epoch, offset: to }), ...levels.flatMap(toArguments)),
    );
  }

  async startRebuild(partition: number, found: LiveCursor | null, token: string): Promise<boolean> {
    const key = this.keys(partition);
    return (await this.redis.startRebuild(key.cursor, key.levels, key.token, showCursor(found), link(token, 0))) === 1;
  }

  async rebuildChunk(
    partition: number,
    { token, index, levels, cursor }: { token: string; index: number; levels: readonly Level[]; cursor: LiveCursor | null },
  ): Promise<boolean> {
    const key = this.keys(partition);
    const next = cursor === null ? link(token, index + 1) : '';
    return (
      (await this.redis.rebuildChunk(key.cursor, key.levels, key.token, link(token, index), next, showCursor(cursor), ...levels.flatMap(toArguments))) === 1
    );
  }

  async checkKeepsAll(): Promise<void> {
    const memory = await this.redis.info('memory');
    const field = (name: string): string | undefined => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(memory)?.[1];
    const policy = field('maxmemory_policy') ?? 'unknown';
    if (Number(field('maxmemory') ?? 0) > 0 && policy !== 'noeviction') {
      throw new EvictingRedis(`Redis evicts keys (maxmemory-policy ${policy}): levels would vanish one by one. Set maxmemory-policy noeviction`);
    }
  }

  async close(): Promise<void> {
    this.redis.disconnect();
  }
}

const toArguments = (level: Level): (string | number)[] => [levelKey(level.location, level.sku), level.version, encodeLiveLevel(level)];
const link = (token: string, index: number): string => `${token}.${index}`;
const showCursor = (cursor: LiveCursor | null): string => (cursor === null ? '' : `${cursor.epoch}:${cursor.offset}`);
const decodeOrNull = (field: string, value: string | null): Level | null => (value === null ? null : decodeLiveLevel(field, value));

function parseCursor(text: string | null): LiveCursor | null {
  if (text === null || text === '') return null;
  const colon = text.lastIndexOf(':');
  const offset = Number(text.slice(colon + 1));
  if (colon < 0 || !Number.isSafeInteger(offset)) throw new Error(`A cursor of unknown form in Redis: ${JSON.stringify(text)}`);
  return { epoch: text.slice(0, colon), offset };
}
