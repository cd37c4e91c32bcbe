import { groupName } from '@quayside/contracts';
import { checkTopics, ownPartitions, Publisher, type LogSettings, type OutgoingRecord } from '@quayside/kafka';
import { bootService, commonConfig, HealthBoard, makeLogger, PartitionBoard, readConfig, runMain, stackConfig } from '@quayside/service';
import { openDatabase, readStoreEpoch } from '@quayside/store';
import { AlertingModule } from './alertingModule.js';
import { AlertingWork } from './alertingWork.js';
import { AlertMetrics } from './alertMetrics.js';
import { alertStoreOf, inventoryOutcomesOf } from './alertStore.js';

const alertingConfig = commonConfig.extend(stackConfig.omit({ REDIS_URL: true, QUAYSIDE_REDIS_PREFIX: true }).shape);

runMain(async () => {
  const config = readConfig(alertingConfig, process.env);
  const logger = makeLogger('alerting', config.LOG_LEVEL);
  const health = new HealthBoard(['log', 'postgres', 'group']);
  const metrics = new AlertMetrics();
  const settings: LogSettings = { brokers: config.KAFKA_BROKERS, prefix: config.QUAYSIDE_TOPIC_PREFIX, clientId: 'alerting', logger };
  const show = (part: string, up: boolean, detail: string): void => (up ? health.up(part) : health.down(part, detail));
  const database = openDatabase({
    url: config.DATABASE_URL,
    schema: config.QUAYSIDE_SCHEMA,
    onError: (cause) => logger.warn({ err: cause }, 'an idle connection to Postgres died'),
  });
  const publisher = new Publisher(settings, (up, detail) => show('log', up, detail));
  const work = new AlertingWork({
    store: alertStoreOf(database),
    inventory: inventoryOutcomesOf(database),
    publish: (partition, values) => publisher.publish('alerts', toRecords(partition, values)),
    now: Date.now,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    onCommitted: (report) => metrics.count(report),
  });
  const board = new PartitionBoard(health, metrics.partitions);
  let owner: { close(): Promise<void> } | null = null;
  await bootService({
    name: 'alerting',
    module: AlertingModule.make(),
    host: config.HOST,
    port: config.PORT,
    logger,
    health,
    metrics: metrics.registry,
    run: async () => {
      await publisher.connect();
      await checkTopics(settings);
      await readStoreEpoch(database.pool);
      health.up('postgres');
      const group = groupName(config.QUAYSIDE_TOPIC_PREFIX, 'alerting');
      owner = await ownPartitions(settings, {
        role: 'changes',
        group,
        work,
        onState: (partition, state) => board.show(partition, state),
        onConsumer: (up, detail) => show('group', up, detail),
        // supply.changes keeps 7 days; what is gone from it is read from inventory's outcomes.
        retentionPassed: 'skip',
      });
    },
    stop: async () => {
      await owner?.close();
      await publisher.close();
      await database.close();
    },
  });
});

const toRecords = (partition: number, values: readonly string[]): OutgoingRecord[] => values.map((value) => ({ partition, value }));
