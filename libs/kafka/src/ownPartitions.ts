import { topicName, type TopicRole } from '@quayside/contracts';
import type { Admin, Consumer, EachBatchPayload } from 'kafkajs';
import { connectLog, type LogSettings } from './connectLog.js';
import { keepRunning } from './keepRunning.js';
import { toLogRecord } from './logRecord.js';
import { PartitionLoop, TICK_MS, type LogReader, type PartitionState, type PartitionWork } from './partitionLoop.js';

export interface Owning {
  readonly role: TopicRole;
  readonly group: string;
  readonly work: PartitionWork;
  readonly onState: (partition: number, state: PartitionState) => void;
  /** See LoopHooks; 'halt' unless told. */
  readonly retentionPassed?: 'halt' | 'skip';
  /** Told when the consumer itself is connected and in its group, or has crashed. */
  readonly onConsumer?: (up: boolean, detail: string) => void;
}

/** Session 3 s: another process takes over within seconds; heartbeats six times as often (architecture.md, "Where things run"). */
const SESSION_MS = 3_000;
const HEARTBEAT_MS = 500;
const REBALANCE_MS = 5_000;
/** Bounds how long a seek waits for a fetch that is under way; does not matter for latency (performance.md). */
const FETCH_WAIT_MS = 250;
/** Partitions worked on at once: their round trips to the stores overlap. */
const PARTITIONS_AT_ONCE = 4;
const IDLE_LOOK_MS = 5_000;
/** The group's committed offset is for lag displays only. */
const ADVISORY_COMMIT_MS = 1_000;

/** Takes part in a consumer group and works on the partitions that it assigns. Rejects when the first connection cannot be made. */
export async function ownPartitions(settings: LogSettings, owning: Owning): Promise<{ close(): Promise<void> }> {
  const topic = topicName(settings.prefix, owning.role);
  const kafka = connectLog(settings);
  const admin = kafka.admin();
  const consumer = kafka.consumer({
    groupId: owning.group,
    sessionTimeout: settings.sessionTimeoutMs ?? SESSION_MS,
    heartbeatInterval: HEARTBEAT_MS,
    rebalanceTimeout: REBALANCE_MS,
    maxWaitTimeInMs: FETCH_WAIT_MS,
    minBytes: 1,
    retry: { restartOnFailure: async () => true },
  });
  const membership = { isIn: false };
  const loop = new PartitionLoop(owning.work, reader(topic, membership, { consumer, admin }), {
    onState: owning.onState,
    now: Date.now,
    logger: settings.logger,
    retentionPassed: owning.retentionPassed ?? 'halt',
  });
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    membership.isIn = true;
    loop.assign(payload.memberAssignment[topic] ?? []);
    owning.onConsumer?.(true, 'in the group');
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    // Whoever is out of the group owns nothing; joining it again assigns anew.
    membership.isIn = false;
    loop.assign([]);
    settings.logger.warn({ err: payload.error }, 'the consumer crashed and starts again');
    owning.onConsumer?.(false, payload.error.message);
  });
  await admin.connect();
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const running = await keepRunning(
    consumer,
    () =>
      consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
        eachBatch: (payload) => onBatch(loop, payload),
      }),
    settings.logger,
  );
  const looking = setInterval(() => loop.lookIdle(IDLE_LOOK_MS), 1_000);
  const ticking = setInterval(() => loop.tick(), TICK_MS);
  const committing = setInterval(() => void commit(consumer, topic, loop, settings), ADVISORY_COMMIT_MS);
  return {
    close: async () => {
      running.stop();
      clearInterval(looking);
      clearInterval(ticking);
      clearInterval(committing);
      const stopped = consumer.stop();
      await loop.close();
      await stopped;
      await consumer.disconnect();
      await admin.disconnect();
    },
  };
}

async function onBatch(loop: PartitionLoop, { batch, isStale, isRunning, resolveOffset, heartbeat }: EachBatchPayload): Promise<void> {
  if (isStale() || !isRunning()) return;
  const reached = await loop.deliver(
    batch.partition,
    batch.messages.map((message) => toLogRecord(batch.partition, message)),
    heartbeat,
  );
  if (reached !== null && !isStale()) resolveOffset(String(reached - 1));
}

/** The client throws when it is steered while it is out of the group; what it is told then is void anyway. */
function reader(topic: string, membership: { readonly isIn: boolean }, { consumer, admin }: { consumer: Consumer; admin: Admin }): LogReader {
  const steer = (step: () => void): void => {
    if (membership.isIn) step();
  };
  return {
    seek: (partition, offset) => steer(() => consumer.seek({ topic, partition, offset: String(offset) })),
    pause: (partition) => steer(() => consumer.pause([{ topic, partitions: [partition] }])),
    resume: (partition) => steer(() => consumer.resume([{ topic, partitions: [partition] }])),
    ends: endsOnce(topic, admin),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
}

/** One request answers for all partitions that ask at the same time, as they do after an assignment. */
function endsOnce(topic: string, admin: Admin): LogReader['ends'] {
  let asked: ReturnType<Admin['fetchTopicOffsets']> | null = null;
  return async (partition) => {
    asked ??= admin.fetchTopicOffsets(topic).finally(() => {
      asked = null;
    });
    const found = (await asked).find((offsets) => offsets.partition === partition);
    if (found === undefined) throw new Error(`Partition ${partition} of ${topic} is unknown to the broker`);
    return { low: Number(found.low), high: Number(found.high) };
  };
}

async function commit(consumer: Consumer, topic: string, loop: PartitionLoop, settings: LogSettings): Promise<void> {
  const offsets = [...loop.positions()].map(([partition, next]) => ({ topic, partition, offset: String(next) }));
  if (offsets.length === 0) return;
  try {
    await consumer.commitOffsets(offsets);
  } catch (cause) {
    settings.logger.debug({ err: cause }, 'the advisory commit failed');
  }
}
