import { randomUUID } from 'node:crypto';
import { topicName, type TopicRole } from '@quayside/contracts';
import type { Admin, Consumer } from 'kafkajs';
import { connectLog, type LogSettings } from './connectLog.js';
import { keepRunning } from './keepRunning.js';
import { toLogRecord, type LogRecord } from './logRecord.js';

export interface Following {
  readonly role: TopicRole;
  /** How many records before the end each partition starts. */
  readonly backRecords: number;
  /** Records of one partition in order; called with none once a partition has reached the end that was taken when we joined. */
  readonly onRecords: (partition: number, records: readonly LogRecord[]) => void | Promise<void>;
  readonly onState: (up: boolean, detail: string) => void;
}

const FETCH_WAIT_MS = 500;

/** Reads every partition of a topic in a group of this process's own and never commits. After a cut it goes on where it was. */
export async function followTopic(settings: LogSettings, following: Following): Promise<{ close(): Promise<void> }> {
  const topic = topicName(settings.prefix, following.role);
  const kafka = connectLog(settings);
  const admin = kafka.admin();
  const consumer = kafka.consumer({
    groupId: `${settings.clientId}-${randomUUID()}`,
    maxWaitTimeInMs: FETCH_WAIT_MS,
    minBytes: 1,
    sessionTimeout: 10_000,
    heartbeatInterval: 1_000,
    retry: { restartOnFailure: async () => true },
  });
  const follower = new Follower(topic, { consumer, admin, following, settings });
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => void follower.onJoin(payload.memberAssignment[topic] ?? []));
  consumer.on(consumer.events.CRASH, ({ payload }) => following.onState(false, payload.error.message));
  await admin.connect();
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: false });
  const running = await keepRunning(
    consumer,
    () =>
      consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: true,
        eachBatch: async ({ batch, isStale }) => {
          if (!isStale())
            await follower.onBatch(
              batch.partition,
              batch.messages.map((message) => toLogRecord(batch.partition, message)),
            );
        },
      }),
    settings.logger,
  );
  return {
    close: async () => {
      running.stop();
      await consumer.disconnect();
      await admin.disconnect();
    },
  };
}

class Follower {
  private readonly next = new Map<number, number>();
  private readonly goals = new Map<number, number>();

  constructor(
    private readonly topic: string,
    private readonly parts: { consumer: Consumer; admin: Admin; following: Following; settings: LogSettings },
  ) {}

  async onJoin(partitions: readonly number[]): Promise<void> {
    const { consumer, admin, following, settings } = this.parts;
    consumer.pause([{ topic: this.topic, partitions: [...partitions] }]);
    for (let backoffMs = 100; ; backoffMs = Math.min(backoffMs * 2, 2_000)) {
      try {
        for (const { partition, low, high } of await admin.fetchTopicOffsets(this.topic)) {
          const known = this.next.get(partition);
          // A topic that was made anew has other offsets: begin near its end, as at the start. Numbers tell repeats and gaps.
          const isThere = known !== undefined && known >= Number(low) && known <= Number(high);
          const from = isThere ? known : Math.max(Number(low), Number(high) - following.backRecords);
          this.next.set(partition, from);
          if (from >= Number(high)) await following.onRecords(partition, []);
          else this.goals.set(partition, Number(high));
          consumer.seek({ topic: this.topic, partition, offset: String(from) });
        }
        consumer.resume([{ topic: this.topic, partitions: [...partitions] }]);
        return following.onState(true, 'following');
      } catch (cause) {
        settings.logger.warn({ err: cause, topic: this.topic }, 'following a topic failed, trying again');
        following.onState(false, cause instanceof Error ? cause.message : String(cause));
        await new Promise((resolve) => setTimeout(resolve, backoffMs));
      }
    }
  }

  async onBatch(partition: number, given: readonly LogRecord[]): Promise<void> {
    const records = given.filter((record) => record.offset >= (this.next.get(partition) ?? 0));
    const last = records[records.length - 1];
    if (last === undefined) return;
    await this.parts.following.onRecords(partition, records);
    this.next.set(partition, last.offset + 1);
    if (last.offset + 1 < (this.goals.get(partition) ?? Infinity)) return;
    this.goals.delete(partition);
    await this.parts.following.onRecords(partition, []);
  }
}
