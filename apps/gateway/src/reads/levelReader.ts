import { levelKey, partitionOf, type ChangeNumber, type Level } from '@quayside/contracts';
import type { LiveCursor, LiveLevels } from '@quayside/store';

export interface LevelKey {
  readonly location: string;
  readonly sku: string;
}
export interface LevelReaderParts {
  readonly live: Pick<LiveLevels, 'read' | 'readCursor'>;
  /** The same from Postgres; keys without a level are absent. */
  readonly readStored: (keys: readonly LevelKey[]) => Promise<readonly Level[]>;
  /** Number of the newest change of a partition that this gateway has seen. */
  readonly headOf: (partition: number) => ChangeNumber | null;
  /** Identity of the store; '' while unknown. */
  readonly epoch: () => string;
  readonly now: () => number;
  readonly onRedisFault: (cause: unknown) => void;
}

/** After Redis failed it is tried again this often, ms, beside the requests: none of them waits for it meanwhile. */
const REDIS_TRY_MS = 1_000;

/**
 * Levels by key from Redis; from Postgres for every partition whose Redis cursor is absent, of another store, or behind
 * what was seen on `supply.changes` (architecture.md, "Redis lost or older"). So nobody sees a number go back.
 */
export class LevelReader {
  /** When Redis is to be tried next; null while it answers. */
  private tryAt: number | null = null;

  constructor(private readonly parts: LevelReaderParts) {}

  /** In the order asked; null where there is no level. */
  async read(keys: readonly LevelKey[]): Promise<(Level | null)[]> {
    const found = new Map<string, Level>();
    const missed: LevelKey[] = [];
    const partitions = groupByPartition(keys);
    await Promise.all(
      [...partitions].map(async ([partition, wanted]) => {
        const levels = await this.readLive(partition, wanted);
        if (levels === null) missed.push(...wanted);
        else for (const level of levels) if (level !== null) found.set(levelKey(level.location, level.sku), level);
      }),
    );
    if (missed.length > 0) for (const level of await this.parts.readStored(missed)) found.set(levelKey(level.location, level.sku), level);
    return keys.map(({ location, sku }) => found.get(levelKey(location, sku)) ?? null);
  }

  private async readLive(partition: number, keys: readonly LevelKey[]): Promise<readonly (Level | null)[] | null> {
    const { live, now, onRedisFault } = this.parts;
    if (this.tryAt !== null) {
      this.tryAgain(this.tryAt, partition);
      return null;
    }
    try {
      const { cursor, levels } = await live.read(
        partition,
        keys.map(({ location, sku }) => levelKey(location, sku)),
      );
      return this.isCurrent(partition, cursor) ? levels : null;
    } catch (cause) {
      this.tryAt = now() + REDIS_TRY_MS;
      onRedisFault(cause);
      return null;
    }
  }

  private tryAgain(at: number, partition: number): void {
    const { live, now } = this.parts;
    if (now() < at) return;
    this.tryAt = Infinity; // one try at a time
    const next = live.readCursor(partition).then(
      () => null,
      () => now() + REDIS_TRY_MS, // told when it failed first
    );
    void next.then((tryAt) => (this.tryAt = tryAt));
  }

  /** The cursor names the next offset: everything below is in. */
  private isCurrent(partition: number, cursor: LiveCursor | null): boolean {
    const head = this.parts.headOf(partition);
    return cursor !== null && cursor.epoch === this.parts.epoch() && (head === null || cursor.offset > head[0]);
  }
}

function groupByPartition(keys: readonly LevelKey[]): Map<number, LevelKey[]> {
  const groups = new Map<number, LevelKey[]>();
  for (const key of keys) {
    const partition = partitionOf(key.location);
    const group = groups.get(partition);
    if (group === undefined) groups.set(partition, [key]);
    else group.push(key);
  }
  return groups;
}
