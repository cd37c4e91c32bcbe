import {
  advancePublished,
  commitBatch,
  readFence,
  readHops,
  readLevelSnapshot,
  readNumberBefore,
  readOutcomes,
  readStoreEpoch,
  type Database,
} from '@quayside/store';
import type { InventoryStore } from './inventoryWork.js';

/** Inventory's port over Postgres. */
export function inventoryStoreOf({ pool, relaxedPool }: Database): InventoryStore {
  return {
    readStoreEpoch: () => readStoreEpoch(pool),
    readFence: (partition) => readFence(pool, partition),
    readNumberBefore: (partition, offset) => readNumberBefore(pool, partition, offset),
    readOutcomes: (range) => readOutcomes(pool, range),
    readLevelSnapshot: (partition, each) => readLevelSnapshot(pool, partition, each),
    commitBatch: (batch, deciding) => commitBatch(pool, batch, deciding),
    readHops: (range) => readHops(pool, range),
    advancePublished: (partition, published) => advancePublished(relaxedPool, partition, published),
  };
}
