import { randomUUID } from 'node:crypto';
import { groupName } from '@quayside/contracts';
import { CHECK_MS, checkTopics, ownPartitions, ownWhileSafe, Publisher, type LogSettings } from '@quayside/kafka';
import { bootService, commonConfig, HealthBoard, makeLogger, PartitionBoard, readConfig, runMain, stackConfig } from '@quayside/service';
import {
  openDatabase,
  openLiveLevels,
  openLiveScan,
  readDueReservations,
  readStoreEpoch,
  recordReconciliation,
  selfCheck,
  START_OF_CHECK,
} from '@quayside/store';
import { z } from 'zod';
import { startExpiryClock } from './expiryClock.js';
import { InventoryMetrics } from './inventoryMetrics.js';
import { InventoryModule } from './inventoryModule.js';
import { inventoryStoreOf } from './inventoryStore.js';
import { InventoryWork } from './inventoryWork.js';
import { SELF_CHECK_MS, startSelfChecking } from './selfChecking.js';

const inventoryConfig = commonConfig.extend(stackConfig.shape).extend({
  /** Another consumer group than `inventory`: processes of two groups both own every partition. For trials of that. */
  INVENTORY_GROUP: z.string().min(1).optional(),
  /** How often the self-check runs, ms. */
  SELF_CHECK_MS: z.coerce.number().int().min(500).default(SELF_CHECK_MS),
  /** How often topics and Redis are looked at for what exactness rests on, ms. */
  SAFETY_CHECK_MS: z.coerce.number().int().min(100).default(CHECK_MS),
  /** For brokers whose group.min.session.timeout.ms is above our 3 s. */
  KAFKA_SESSION_TIMEOUT_MS: z.coerce.number().int().min(1_000).optional(),
});

/** Levels whose ledger rows are added up in one self-check, over all partitions; the others get their turn. */
const SAMPLE_LEVELS = 1_000;

runMain(async () => {
  const config = readConfig(inventoryConfig, process.env);
  const logger = makeLogger('inventory', config.LOG_LEVEL);
  const health = new HealthBoard(['log', 'postgres', 'redis', 'group', 'safety']);
  const metrics = new InventoryMetrics(Date.now);
  const settings: LogSettings = {
    brokers: config.KAFKA_BROKERS,
    prefix: config.QUAYSIDE_TOPIC_PREFIX,
    clientId: 'inventory',
    logger,
    sessionTimeoutMs: config.KAFKA_SESSION_TIMEOUT_MS,
  };
  const onPart =
    (part: string) =>
    (up: boolean, detail: string): void =>
      up ? health.up(part) : health.down(part, detail);
  const database = openDatabase({
    url: config.DATABASE_URL,
    schema: config.QUAYSIDE_SCHEMA,
    onError: (cause) => logger.warn({ err: cause }, 'an idle connection to Postgres died'),
  });
  const live = openLiveLevels({ url: config.REDIS_URL, prefix: config.QUAYSIDE_REDIS_PREFIX, onState: onPart('redis') });
  const publisher = new Publisher(settings, onPart('log'));
  // A connection of their own: a hop's target that cannot be written must not fail the changes that would go along with it.
  const hopPublisher = new Publisher(settings, (up, detail) => logger.info({ up, detail }, 'connection for hops'));
  const work = new InventoryWork({
    store: inventoryStoreOf(database),
    live,
    log: { publish: (role, records) => (role === 'events' ? hopPublisher : publisher).publish(role, records) },
    now: Date.now,
    randomToken: randomUUID,
    onBatch: (report) => metrics.count(report),
    onRefused: () => metrics.refused.inc(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    onHopFault: (partition, cause) => logger.warn({ partition, err: cause }, 'hops could not be sent, trying again'),
  });
  const board = new PartitionBoard(health, metrics.partitions);
  const scan = openLiveScan({ url: config.REDIS_URL, prefix: config.QUAYSIDE_REDIS_PREFIX });
  const checking = startSelfChecking({
    partitions: () => board.owned(),
    check: (partitions, turn) => selfCheck(database, live, { partitions, sampleLevels: SAMPLE_LEVELS, token: randomUUID, turn, scan }),
    record: (result) => recordReconciliation(database.pool, result),
    onMismatch: ({ mismatches, repaired, findings }) => {
      metrics.mismatches.inc(mismatches);
      logger.error({ mismatches, repaired, findings }, 'incident: the self-check found levels that are wrong');
    },
    onFault: (cause) => logger.warn({ err: cause }, 'the self-check could not be finished'),
    start: START_OF_CHECK,
    everyMs: config.SELF_CHECK_MS,
  });
  const expiring = startExpiryClock({
    partitions: () => board.owned(),
    readDue: (asked) => readDueReservations(database.pool, asked),
    append: (records) => hopPublisher.publish('events', records),
    now: Date.now,
    onFault: (cause) => logger.warn({ err: cause }, 'due reservations could not be looked for, or told to the log; trying again'),
  });
  let owner: { close(): Promise<void> } | null = null;
  await bootService({
    name: 'inventory',
    module: InventoryModule.make(),
    host: config.HOST,
    port: config.PORT,
    logger,
    health,
    metrics: metrics.registry,
    run: async () => {
      await publisher.connect();
      void hopPublisher.connect();
      owner = ownWhileSafe({
        check: async () => {
          await checkTopics(settings);
          await live.checkKeepsAll();
          await readStoreEpoch(database.pool);
          health.up('postgres');
        },
        haltCodes: ['TOPIC_MISMATCH', 'REDIS_EVICTS'],
        own: () =>
          ownPartitions(settings, {
            role: 'events',
            group: config.INVENTORY_GROUP ?? groupName(config.QUAYSIDE_TOPIC_PREFIX, 'inventory'),
            work,
            onState: (partition, state) => board.show(partition, state),
            onConsumer: onPart('group'),
          }),
        onState: onPart('safety'),
        checkMs: config.SAFETY_CHECK_MS,
        logger,
      });
    },
    stop: async () => {
      await checking.close();
      await expiring.close();
      await owner?.close();
      await scan.close();
      await Promise.all([publisher.close(), hopPublisher.close()]);
      await live.close();
      await database.close();
    },
  });
});
