import type { LogLogger, LogSettings } from '@quayside/kafka';
import { openDatabase, openLiveLevels, openLiveScan, type Database, type LiveLevels, type LiveScan } from '@quayside/store';
import { need, type Place } from './place.js';

/** Connections of one command, closed when it ends, whatever happens. */
export interface Stores {
  readonly database: Database;
  readonly live: LiveLevels;
  readonly scan: LiveScan;
}

/** Opens Postgres and Redis for a command. */
export async function withStores<T>(place: Place, use: (stores: Stores) => Promise<T>): Promise<T> {
  const database = openDatabase({ url: need(place, 'postgres'), schema: place.schema });
  const redis = { url: need(place, 'redis'), prefix: place.redisPrefix };
  const live = openLiveLevels(redis);
  const scan = openLiveScan(redis);
  try {
    return await use({ database, live, scan });
  } finally {
    await Promise.allSettled([database.close(), live.close(), scan.close()]);
  }
}

// The client tells much of what a command says in one line when it fails.
const SILENT: LogLogger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** The log for a command. */
export function logSettings(place: Place): LogSettings {
  return {
    brokers: need(place, 'kafka')
      .split(',')
      .map((broker) => broker.trim()),
    prefix: place.topicPrefix,
    clientId: 'quayside-cli',
    logger: SILENT,
  };
}
