import { Publisher } from '@quayside/kafka';
import { ApiKeys, bootService, ConfigFault, HealthBoard, makeLogger, readConfig, runMain, type Logger } from '@quayside/service';
import { openDatabase, readEventStatus, readKnownEvents, readLevels, type Database } from '@quayside/store';
import { Registry } from 'prom-client';
import type { EventStore } from './eventStore.js';
import { ingestConfig } from './ingestConfig.js';
import { wireIngest } from './ingestModule.js';

/** The part of health that follows the broker. */
const LOG_PART = 'log';

runMain(async () => {
  const config = readConfig(ingestConfig, process.env);
  const logger = makeLogger('ingest', config.LOG_LEVEL);
  const health = new HealthBoard([LOG_PART]);
  const metrics = new Registry();
  const keys = openKeys(config.API_KEYS_FILE, logger);
  const publisher = new Publisher(
    { brokers: config.KAFKA_BROKERS, prefix: config.QUAYSIDE_TOPIC_PREFIX, clientId: 'quayside-ingest', logger },
    (isUp, detail) => {
      if (isUp) health.up(LOG_PART, detail);
      else health.down(LOG_PART, detail);
    },
  );
  const log = { append: (entries: Parameters<Publisher['publish']>[1]) => publisher.publish('events', entries) };
  const database = openDatabase({
    url: config.DATABASE_URL,
    schema: config.QUAYSIDE_SCHEMA,
    onError: (cause) => logger.warn({ err: cause }, 'an idle connection to Postgres died'),
  });
  const rates = { requestsPerS: config.RATE_REQUESTS_PER_S, eventsPerS: config.RATE_EVENTS_PER_S };
  await bootService({
    name: 'ingest',
    host: config.HOST,
    port: config.PORT,
    logger,
    health,
    metrics,
    drainsItself: true,
    ...wireIngest({ log, store: storeOf(database), keys, logger, metrics, rates }),
    // Serves at once and answers 503 until the broker is there: callers learn the truth, and readiness says the same.
    run: async () => {
      void publisher.connect();
    },
    stop: async () => {
      await publisher.close();
      await database.close();
    },
  });
});

function storeOf({ pool }: Database): EventStore {
  return {
    readStatus: (event) => readEventStatus(pool, event),
    readKnown: (events) => readKnownEvents(pool, events),
    readLevels: (keys) => readLevels(pool, keys),
  };
}

function openKeys(file: string, logger: Logger): ApiKeys {
  try {
    return new ApiKeys(file, (cause) => logger.error({ err: cause }, 'the API keys cannot be read again; the last good ones stay'));
  } catch (cause) {
    throw new ConfigFault([`API_KEYS_FILE: cannot be read (${cause instanceof Error ? cause.message : String(cause)})`]);
  }
}
