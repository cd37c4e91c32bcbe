import { available, type Level } from '@quayside/contracts';
import { findLevels, type LevelFilter, type LevelOrder, type LevelPlace, type Database } from '@quayside/store';
import { z } from 'zod';
import type { ObjectPage } from '../feeds/objectFeed.js';
import { pageSize, toPage, type Page } from './page.js';
import { placeCursor, type PlaceCursor } from './placeCursor.js';

/** A StockLevelConnection: its page, and what its other fields are worked out from. */
export interface LevelConnection extends Page<Level> {
  readonly filter: LevelFilter;
  readonly streamCursor: string;
}
export interface LevelsAsked {
  readonly filter: LevelFilter;
  readonly order: LevelOrder;
  readonly first: unknown;
  readonly after: unknown;
}

/** Levels in one message of a snapshot: about 300 KB with all fields, so that no message stalls a socket. */
const SNAPSHOT_PAGE_LEVELS = 1_000;

/** Lists of levels from Postgres. The stream cursor is taken before the rows are read, so that a stream goes on from exactly them. */
export class LevelPages {
  constructor(
    private readonly pool: Database['pool'],
    private readonly showHead: () => string,
  ) {}

  async connection({ filter, order, first, after }: LevelsAsked): Promise<LevelConnection> {
    const size = pageSize(first);
    const cursor = CURSORS[order];
    const place = typeof after === 'string' ? cursor.decode(after) : null;
    const streamCursor = this.showHead();
    const found = await findLevels(this.pool, { filter, order, after: place, limit: size + 1 });
    return { ...toPage(found, { size, after: place !== null, cursorOf: (level) => cursor.encode(placeOf(level)) }), filter, streamCursor };
  }

  /** A page of a snapshot, in the order of skus. */
  async snapshotPage(filter: LevelFilter, from: string | null): Promise<ObjectPage<Level>> {
    const cursor = CURSORS.SKU_ASC;
    const after = from === null ? null : cursor.decode(from);
    const found = await findLevels(this.pool, { filter, order: 'SKU_ASC', after, limit: SNAPSHOT_PAGE_LEVELS + 1 });
    const objects = found.slice(0, SNAPSHOT_PAGE_LEVELS);
    const last = objects[objects.length - 1];
    return { objects, next: found.length > SNAPSHOT_PAGE_LEVELS && last !== undefined ? cursor.encode(placeOf(last)) : null };
  }
}

const placeShape: z.ZodType<LevelPlace> = z.strictObject({ location: z.string(), sku: z.string(), updatedAt: z.int(), available: z.int() });
const CURSORS: Readonly<Record<LevelOrder, PlaceCursor<LevelPlace>>> = {
  UPDATED_AT_DESC: placeCursor('levels/UPDATED_AT_DESC', placeShape),
  SKU_ASC: placeCursor('levels/SKU_ASC', placeShape),
  AVAILABLE_ASC: placeCursor('levels/AVAILABLE_ASC', placeShape),
};
const placeOf = (level: Level): LevelPlace => ({ location: level.location, sku: level.sku, updatedAt: level.updatedAt, available: available(level) });
