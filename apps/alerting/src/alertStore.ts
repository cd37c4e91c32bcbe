import {
  advanceAlerts,
  commitAlerts,
  readAlertEpisodes,
  readAlertFence,
  readAlertNumberBefore,
  readAlertOutcomes,
  readAlertTimers,
  readAtRisk,
  readDueTimers,
  readFences,
  readNextDue,
  readOutcomes,
  readQuarantineBacklog,
  startAlertFence,
  type Database,
} from '@quayside/store';
import type { AlertStore, InventoryReads } from './alertingPorts.js';

/** Alerting's tables in Postgres. */
export function alertStoreOf({ pool, relaxedPool }: Pick<Database, 'pool' | 'relaxedPool'>): AlertStore {
  return {
    startFence: (partition) => startAlertFence(pool, partition),
    readFence: (partition) => readAlertFence(pool, partition),
    readEpisodes: (asked) => readAlertEpisodes(pool, asked),
    readTimers: (asked) => readAlertTimers(pool, asked),
    readDue: (partition, now) => readDueTimers(pool, partition, now),
    readNextDue: (partition) => readNextDue(pool, partition),
    commit: (commit) => commitAlerts(pool, commit),
    readOutcomes: (range) => readAlertOutcomes(pool, range),
    readNumberBefore: (partition, offset) => readAlertNumberBefore(pool, partition, offset),
    advancePublished: (partition, to) => advanceAlerts(relaxedPool, partition, to),
  };
}

/** Inventory's tables in Postgres, for reading only. */
export function inventoryReadsOf({ pool }: Pick<Database, 'pool'>): InventoryReads {
  return {
    nextOffset: async (partition) => (await readFences(pool)).get(partition)?.nextOffset ?? 0,
    read: (range) => readOutcomes(pool, range),
    atRisk: (asked) => readAtRisk(pool, asked),
    backlog: (partition, setAsideBefore) => readQuarantineBacklog(pool, partition, setAsideBefore),
  };
}
