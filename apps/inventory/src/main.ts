import { randomUUID } from 'node:crypto';
import { groupName } from '@quayside/contracts';
import { checkTopics, ownPartitions, ownWhileSafe, Publisher, type LogSettings } from '@quayside/kafka';
import { bootService, commonConfig, HealthBoard, makeLogger, PartitionBoard, readConfig, runMain, stackConfig } from '@quayside/service';
import {
  advancePublished,
  commitBatch,
  openDatabase,
  openLiveLevels,
  readFence,
  readHops,
  readLevelSnapshot,
  readNumberBefore,
  readOutcomes,
  readStoreEpoch,
  type Database,
} from '@quayside/store';
import { InventoryMetrics } from './inventoryMetrics.js';
import { InventoryModule } from './inventoryModule.js';
import { InventoryWork, type InventoryStore } from './inventoryWork.js';

runMain(async () => {
  const config = readConfig(commonConfig.extend(stackConfig.shape), process.env);
  const logger = makeLogger('inventory', config.LOG_LEVEL);
  const health = new HealthBoard(['log', 'postgres', 'redis', 'group', 'safety']);
  const metrics = new InventoryMetrics(Date.now);
  const settings: LogSettings = { brokers: config.KAFKA_BROKERS, prefix: config.QUAYSIDE_TOPIC_PREFIX, clientId: 'inventory', logger };
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
  const work = new InventoryWork({
    store: storeOf(database),
    live,
    log: publisher,
    now: Date.now,
    randomToken: randomUUID,
    onBatch: (report) => metrics.count(report),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    onHopFault: (partition, cause) => logger.warn({ partition, err: cause }, 'hops could not be sent, trying again'),
  });
  const board = new PartitionBoard(health, metrics.partitions);
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
            group: groupName(config.QUAYSIDE_TOPIC_PREFIX, 'inventory'),
            work,
            onState: (partition, state) => board.show(partition, state),
            onConsumer: onPart('group'),
          }),
        onState: onPart('safety'),
        logger,
      });
    },
    stop: async () => {
      await owner?.close();
      await publisher.close();
      await live.close();
      await database.close();
    },
  });
});

function storeOf({ pool, relaxedPool }: Database): InventoryStore {
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
