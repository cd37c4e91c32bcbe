import { BATCH_KINDS, type Batch } from '../live/LiveCollection.js';
import { FRESHNESS_FIELDS, readFreshness, type Freshness } from '../live/freshness.js';
import { Fields } from '../wire/Fields.js';

/** One item in one location, as the grid shows it. Quantities in whole base units. */
export interface Level {
  readonly id: string;
  readonly version: number;
  readonly sku: string;
  readonly location: string;
  readonly onHand: number;
  readonly available: number;
  readonly reserved: number;
  readonly unsellable: number;
  /** What reordering looks at. */
  readonly position: number;
  readonly reorderPoint: number | null;
  readonly updatedAtMs: number;
}

/** The figures that can change under the reader's eye. */
export const FIGURES = ['onHand', 'available', 'reserved', 'unsellable', 'reorderPoint'] as const;
export type Figure = (typeof FIGURES)[number];

/** The same comparison as the LOW_STOCK rule opens with, so that grid and inbox agree. */
export const isLow = (level: Level): boolean => level.reorderPoint !== null && level.position <= level.reorderPoint;

export const isNegative = (level: Level): boolean => level.onHand < 0 || level.available < 0;

export interface LevelBatch extends Batch<Level> {
  readonly freshness: Freshness;
}

const LEVEL_FIELDS = 'id version item { sku } location { code } onHand available reserved unsellable position reorderPoint updatedAt';

/** A heartbeat each 5 s lets LiveConnection notice a dead stream within DEAD_AFTER_MS. */
export const LEVELS_DOCUMENT = `subscription Levels($after: Cursor) {
  stockLevelChanges(after: $after, options: { heartbeatMs: 5000 }) { kind cursor complete removedIds ${FRESHNESS_FIELDS} levels { ${LEVEL_FIELDS} } }
}`;

/** Reads a message of LEVELS_DOCUMENT; throws WireFault. */
export function readLevelBatch(data: unknown): LevelBatch {
  const batch = Fields.of(data, 'data').child('stockLevelChanges');
  return {
    kind: batch.oneOf('kind', BATCH_KINDS),
    cursor: batch.text('cursor'),
    complete: batch.flag('complete'),
    freshness: readFreshness(batch.child('freshness')),
    objects: batch.list('levels', readLevel),
    removedIds: batch.texts('removedIds'),
  };
}

function readLevel(value: unknown, path: string): Level {
  const level = Fields.of(value, path);
  return {
    id: level.text('id'),
    version: level.whole('version'),
    sku: level.child('item').text('sku'),
    location: level.child('location').text('code'),
    onHand: level.whole('onHand'),
    available: level.whole('available'),
    reserved: level.whole('reserved'),
    unsellable: level.whole('unsellable'),
    position: level.whole('position'),
    reorderPoint: level.wholeOrNull('reorderPoint'),
    updatedAtMs: level.instantMs('updatedAt'),
  };
}
