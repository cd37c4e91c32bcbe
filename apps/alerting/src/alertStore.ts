import {
  advanceAlerts,
  commitAlerts,
  readAlertEpisodes,
  readAlertFence,
  readAlertNumberBefore,
  readAlertOutcomes,
  readFences,
  readOutcomes,
  startAlertFence,
  type Database,
} from '@quayside/store';
import type { AlertStore, InventoryOutcomes } from './alertingPorts.js';

/** Alerting's tables in Postgres. */
export function alertStoreOf({ pool, relaxedPool }: Pick<Database, 'pool' | 'relaxedPool'>): AlertStore {
  return {
    startFence: (partition) => startAlertFence(pool, partition),
    readFence: (partition) => readAlertFence(pool, partition),
    readEpisodes: (asked) => readAlertEpisodes(pool, asked),
    commit: (commit) => commitAlerts(pool, commit),
    readOutcomes: (range) => readAlertOutcomes(pool, range),
    readNumberBefore: (partition, offset) => readAlertNumberBefore(pool, partition, offset),
    advancePublished: (partition, to) => advanceAlerts(relaxedPool, partition, to),
  };
}

/** Inventory's fences and outcomes in Postgres, for reading only. */
export function inventoryOutcomesOf({ pool }: Pick<Database, 'pool'>): InventoryOutcomes {
  return {
    nextOffset: async (partition) => (await readFences(pool)).get(partition)?.nextOffset ?? 0,
    read: (range) => readOutcomes(pool, range),
  };
}
