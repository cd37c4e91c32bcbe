import { levelKey, splitLevelKey, type Level } from '@quayside/contracts';
import type pg from 'pg';
import type { LiveFinding } from './auditFinding.js';
import { judgeLevel, showLevel } from './auditLevel.js';
import { LEVEL_COLUMNS, levelFromRow, type LevelRow } from './levelRow.js';
import type { LiveLevels } from './liveLevels.js';

/** Levels of one partition as they stood in Postgres at one instant, by key. */
export interface LevelsAtFence {
  readonly partition: number;
  readonly fence: number;
  readonly levels: ReadonlyMap<string, Level>;
}
/** Where the two stores are, and which state of the store is the living one. */
export interface BothStores {
  readonly pool: pg.Pool;
  readonly live: Pick<LiveLevels, 'read'>;
  readonly epoch: string;
}
export interface LiveCompared {
  readonly findings: readonly LiveFinding[];
  /** Keys that moved between the reads until we gave up: to be looked at another time. */
  readonly undecided: number;
  /** Null when Redis holds nothing valid for the partition: nobody is shown it, so nothing was compared. */
  readonly cursor: number | null;
}

/** Under live traffic a key is read again this often: reads of the two stores lie milliseconds apart, and a key would have to change in each gap. */
const ROUNDS_MAX = 4;

/**
 * Compares what Redis shows under `keys` with the levels of Postgres (I8), also while both move: after each read of
 * Redis, Postgres is read once more for what is not certain yet. A key without a level must have none in Redis either.
 */
export async function compareWithLive(stores: BothStores, at: LevelsAtFence, keys: readonly string[]): Promise<LiveCompared> {
  try {
    return await compareReadable(stores, at, keys);
  } catch (cause) {
    if (!isUnreadable(cause)) throw cause;
  }
  // A value that is no level must not hide the others: halves, until it stands alone.
  const [only] = keys;
  if (keys.length === 1 && only !== undefined) {
    const { cursor } = await stores.live.read(at.partition, []);
    const level = at.levels.get(only) ?? null;
    return {
      findings: [finding({ partition: at.partition, key: only, fault: 'UNREADABLE', postgres: level, redis: null })],
      undecided: 0,
      cursor: cursor?.offset ?? null,
    };
  }
  const middle = Math.ceil(keys.length / 2);
  const [first, second] = [await compareWithLive(stores, at, keys.slice(0, middle)), await compareWithLive(stores, at, keys.slice(middle))];
  return { findings: [...first.findings, ...second.findings], undecided: first.undecided + second.undecided, cursor: second.cursor };
}

/** Levels by key (as levelKey makes them) with the fence of the same snapshot; keys without a level are absent. */
export async function readLevelsAtFence(pool: pg.Pool, partition: number, keys: readonly string[]): Promise<LevelsAtFence> {
  const split = keys.map(splitLevelKey);
  const { rows } = await pool.query<{ fence: number } & (LevelRow | { sku: null })>({
    name: 'levels-at-fence',
    text: `SELECT f.next_offset AS fence, found.* FROM fence f LEFT JOIN (
             SELECT ${LEVEL_COLUMNS} FROM level WHERE partition = $1 AND (location, sku) IN (SELECT * FROM unnest($2::text[], $3::text[]))
           ) AS found ON true WHERE f.partition = $1`,
    values: [partition, split.map(({ location }) => location), split.map(({ sku }) => sku)],
  });
  return { partition, fence: rows[0]?.fence ?? 0, levels: byKey(rows.flatMap((row) => (row.sku === null ? [] : [levelFromRow(row)]))) };
}

/** Levels under their keys. */
export function byKey(levels: readonly Level[]): ReadonlyMap<string, Level> {
  return new Map(levels.map((level) => [levelKey(level.location, level.sku), level]));
}

async function compareReadable(stores: BothStores, at: LevelsAtFence, keys: readonly string[]): Promise<LiveCompared> {
  const { partition } = at;
  const findings: LiveFinding[] = [];
  let pending = keys;
  let known = at;
  let cursor: number | null = null;
  for (let round = 0; round < ROUNDS_MAX && pending.length > 0; round++) {
    const shown = await stores.live.read(partition, pending);
    if (shown.cursor === null || shown.cursor.epoch !== stores.epoch) return { findings, undecided: 0, cursor: null };
    cursor = shown.cursor.offset;
    const redis = new Map(pending.map((key, index) => [key, shown.levels[index] ?? null]));
    pending = judgeAll(pending, { known, redis, cursor, findings });
    if (pending.length === 0) break;
    known = await readLevelsAtFence(stores.pool, partition, pending);
    pending = judgeAll(pending, { known, redis, cursor, findings });
  }
  return { findings, undecided: pending.length, cursor };
}

interface Judging {
  readonly known: LevelsAtFence;
  readonly redis: ReadonlyMap<string, Level | null>;
  readonly cursor: number;
  readonly findings: LiveFinding[];
}

/** Adds what is wrong to the findings and returns the keys of which nothing is certain yet. */
function judgeAll(keys: readonly string[], { known, redis, cursor, findings }: Judging): string[] {
  return keys.filter((key) => {
    const pair = { postgres: known.levels.get(key) ?? null, redis: redis.get(key) ?? null };
    const fault = judgeLevel({ ...pair, fence: known.fence, cursor });
    if (fault === 'undecided') return true;
    if (fault !== 'same') findings.push(finding({ partition: known.partition, key, fault, ...pair }));
    return false;
  });
}

function finding({
  partition,
  key,
  fault,
  postgres,
  redis,
}: {
  partition: number;
  key: string;
  fault: LiveFinding['fault'];
  postgres: Level | null;
  redis: Level | null;
}): LiveFinding {
  return { kind: 'LIVE_LEVEL', fault, partition, ...splitLevelKey(key), postgres: showLevel(postgres), redis: showLevel(redis) };
}

/** decodeLiveLevel's two ways to say that a value is none that we wrote; errors of the connection are others. */
function isUnreadable(cause: unknown): boolean {
  return cause instanceof Error && (cause.name === 'SyntaxError' || cause.message.startsWith('A live level of unknown form'));
}
