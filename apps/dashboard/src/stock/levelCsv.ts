import type { Level } from './level.js';

export const LEVEL_CSV_COLUMNS = ['sku', 'location', 'onHand', 'available', 'reserved', 'unsellable', 'position', 'reorderPoint', 'updatedAt'];

/** A level as a row of LEVEL_CSV_COLUMNS; empty where there is no reorder point, the time in UTC. */
export const levelCsvRow = (level: Level): (string | number)[] => [
  level.sku,
  level.location,
  level.onHand,
  level.available,
  level.reserved,
  level.unsellable,
  level.position,
  level.reorderPoint ?? '',
  new Date(level.updatedAtMs).toISOString(),
];
