import { levelKey, type Level } from '@quayside/contracts';
import type { LiveCursor, LiveLevels, LiveRead, Projection } from './liveLevels.js';

interface Held {
  cursor: LiveCursor | null;
  levels: Map<string, Level>;
  link: string | null;
}

/** The live levels without Redis: for tests of what uses them and for the simulator. Runs through the same suite as the real ones. */
export class MemoryLiveLevels implements LiveLevels {
  private readonly partitions = new Map<number, Held>();

  async read(partition: number, keys: readonly string[]): Promise<LiveRead> {
    const held = this.held(partition);
    return { cursor: held.cursor, levels: keys.map((key) => held.levels.get(key) ?? null) };
  }

  async readCursor(partition: number): Promise<LiveCursor | null> {
    return this.held(partition).cursor;
  }

  async project(partition: number, { from, to, levels }: Projection): Promise<LiveCursor | null> {
    const held = this.held(partition);
    if (!isSame(held.cursor, from)) return held.cursor;
    putNewer(held.levels, levels);
    held.cursor = { epoch: from.epoch, offset: to };
    return held.cursor;
  }

  async startRebuild(partition: number, found: LiveCursor | null, token: string): Promise<boolean> {
    const held = this.held(partition);
    if (!isSame(held.cursor, found)) return false;
    Object.assign(held, { cursor: null, levels: new Map(), link: `${token}.0` });
    return true;
  }

  async rebuildChunk(
    partition: number,
    { token, index, levels, cursor }: { token: string; index: number; levels: readonly Level[]; cursor: LiveCursor | null },
  ): Promise<boolean> {
    const held = this.held(partition);
    if (held.link !== `${token}.${index}`) return false;
    putNewer(held.levels, levels);
    held.link = cursor === null ? `${token}.${index + 1}` : null;
    if (cursor !== null) held.cursor = cursor;
    return true;
  }

  async checkKeepsAll(): Promise<void> {}
  async close(): Promise<void> {}

  /** FLUSHALL. */
  flush(): void {
    this.partitions.clear();
  }

  private held(partition: number): Held {
    const held = this.partitions.get(partition) ?? { cursor: null, levels: new Map<string, Level>(), link: null };
    this.partitions.set(partition, held);
    return held;
  }
}

const isSame = (a: LiveCursor | null, b: LiveCursor | null): boolean => a?.epoch === b?.epoch && a?.offset === b?.offset;

function putNewer(held: Map<string, Level>, levels: readonly Level[]): void {
  for (const level of levels) {
    const key = levelKey(level.location, level.sku);
    if ((held.get(key)?.version ?? -1) < level.version) held.set(key, level);
  }
}
