import { groupName } from '@quayside/contracts';
import { checkTopics, ownPartitions, ownWhileSafe, Publisher, type LogSettings, type OutgoingRecord, type PartitionState } from '@quayside/kafka';
import { bootService, HealthBoard, makeLogger, PartitionBoard, runMain } from '@quayside/service';
import { giveUpOnTargets, openDatabase, readStoreEpoch, settleNotification, takeDueNotifications } from '@quayside/store';
import { readAlertingConfig } from './alertingConfig.js';
import { AlertingModule } from './alertingModule.js';
import type { AlertingPorts } from './alertingPorts.js';
import { AlertingWork } from './alertingWork.js';
import { AlertMetrics } from './alertMetrics.js';
import { alertStoreOf, inventoryReadsOf } from './alertStore.js';
import { CommandWork } from './commandWork.js';
import { startNotifying } from './webhooks/notifier.js';
import { postWebhook } from './webhooks/postWebhook.js';

runMain(async () => {
  const config = readAlertingConfig(process.env);
  const logger = makeLogger('alerting', config.LOG_LEVEL);
  const health = new HealthBoard(['log', 'postgres', 'group', 'commands', 'safety']);
  const metrics = new AlertMetrics();
  const settings: LogSettings = {
    brokers: config.KAFKA_BROKERS,
    prefix: config.QUAYSIDE_TOPIC_PREFIX,
    clientId: 'alerting',
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
  const publisher = new Publisher(settings, onPart('log'));
  const ports: AlertingPorts = {
    store: alertStoreOf(database),
    inventory: inventoryReadsOf(database),
    publish: (partition, values) => publisher.publish('alerts', toRecords(partition, values)),
    now: Date.now,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    onCommitted: (report) => metrics.count(report),
    onIgnored: (facts) => logger.warn(facts, 'a command had no effect'),
    latenessMs: config.ALLOWED_LATENESS_MS,
    targets: config.targets,
  };
  const board = new PartitionBoard(health, metrics.partitions);
  const showCommands = (partition: number, state: PartitionState): void => {
    const part = `commands ${partition}`;
    if (state.kind === 'failing' || state.kind === 'halted') health.down(part, `${state.kind}: ${state.detail}`);
    else health.drop(part);
  };
  const ownBoth = async (): Promise<{ close(): Promise<void> }> => {
    const group = groupName(config.QUAYSIDE_TOPIC_PREFIX, 'alerting');
    // Both topics keep 7 days: what is gone from the changes is read from inventory's outcomes, and a command that old is void.
    const changes = await ownPartitions(settings, {
      role: 'changes',
      group,
      work: new AlertingWork(ports),
      onState: (partition, state) => board.show(partition, state),
      onConsumer: onPart('group'),
      retentionPassed: 'skip',
    });
    try {
      const commands = await ownPartitions(settings, {
        role: 'commands',
        group: `${group}-commands`,
        work: new CommandWork(ports),
        onState: showCommands,
        onConsumer: onPart('commands'),
        retentionPassed: 'skip',
      });
      return { close: async () => void (await Promise.all([changes.close(), commands.close()])) };
    } catch (cause) {
      await changes.close();
      throw cause;
    }
  };
  let closing: (() => Promise<void>)[] = [];
  await bootService({
    name: 'alerting',
    module: AlertingModule.make(),
    host: config.HOST,
    port: config.PORT,
    logger,
    health,
    metrics: metrics.registry,
    run: async () => {
      const notifying = startNotifying(config.targets, {
        takeDue: (asked) => takeDueNotifications(database.pool, asked),
        settle: (notification, delivery) => settleNotification(database.pool, notification, delivery),
        giveUpOnTargets: (asked) => giveUpOnTargets(database.pool, asked),
        post: (post, signal) => postWebhook(post, { allowPrivate: config.allowPrivate, signal }),
        now: Date.now,
        onTry: (facts) => {
          metrics.notified.inc({ target: facts.target, result: facts.delivery.kind });
          if (facts.delivery.kind === 'failed') logger.warn(facts, 'a webhook was not taken');
        },
        onFault: (cause) => logger.warn({ err: cause }, 'notifications could not be read or written, trying again'),
      });
      closing = [() => notifying.close()];
      await publisher.connect();
      const owner = ownWhileSafe({
        check: async () => {
          await checkTopics(settings);
          await readStoreEpoch(database.pool);
          health.up('postgres');
        },
        haltCodes: ['TOPIC_MISMATCH'],
        own: ownBoth,
        onState: onPart('safety'),
        logger,
        ...(config.SAFETY_CHECK_MS === undefined ? {} : { checkMs: config.SAFETY_CHECK_MS }),
      });
      closing = [() => owner.close(), () => notifying.close()];
    },
    stop: async () => {
      await Promise.all(closing.map((close) => close()));
      await publisher.close();
      await database.close();
    },
  });
});

const toRecords = (partition: number, values: readonly string[]): OutgoingRecord[] => values.map((value) => ({ partition, value }));
