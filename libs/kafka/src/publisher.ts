import { RECORD_BYTES_MAX, topicName, type TopicRole } from '@quayside/contracts';
import kafkajs, { type Message, type Producer, type TopicMessages } from 'kafkajs';
import { connectLog, type LogSettings } from './connectLog.js';

export interface OutgoingRecord {
  readonly partition: number;
  readonly key?: string;
  readonly value: string;
}

/** Records of one partition in one send: the client's producer copies the partition's array for every message (performance.md). */
const SEND_RECORDS_MAX = 100;
/**
 * Bytes of one send. What goes to one partition in one send is one batch to the broker, which refuses a batch over the
 * topic's max.message.bytes; a record alone is always under it (the door takes 1 MiB).
 */
const SEND_BYTES_MAX = RECORD_BYTES_MAX * 0.9;
/** Key, headers and framing of a record, at most about this. */
const RECORD_OVERHEAD_BYTES = 600;
/** What may wait, over all callers: beyond it a caller is told QUEUE_FULL at once instead of growing our memory. */
const QUEUE_BYTES_MAX = 64 * 1024 * 1024;
/** A caller waits this long at most, ms: ingest has to answer 503 within 2 s. */
const PUBLISH_MS_MAX = 1_500;
const RECONNECT_MS_MIN = 100;
const RECONNECT_MS_MAX = 1_000;

/** Rejection of Publisher.publish: what was given may or may not be in the log; whoever sends it again relies on de-duplication. */
export class PublishFailed extends Error {
  override readonly name = 'PublishFailed';
  constructor(
    readonly code: 'LOG_UNAVAILABLE' | 'QUEUE_FULL',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

interface Waiting {
  readonly topic: string;
  readonly records: readonly OutgoingRecord[];
  readonly bytes: number;
  readonly deadline: number;
  settle(error?: PublishFailed): void;
}

/**
 * Appends records with acks=all through one idempotent producer. One send is in flight; what comes meanwhile gathers
 * and goes with the next, so batches form by themselves under load. Order per partition is the order of the calls.
 * After a failed send the producer is thrown away: its sequence numbers are no longer known to be right.
 */
export class Publisher {
  private producer: Producer | null = null;
  private queue: Waiting[] = [];
  private queueBytes = 0;
  private sending = false;
  private closed = false;
  private readonly sweep: NodeJS.Timeout;

  constructor(
    private readonly settings: LogSettings,
    private readonly onState: (up: boolean, detail: string) => void,
  ) {
    this.sweep = setInterval(() => this.refuseOverdue(), 100);
    this.sweep.unref();
  }

  /** Resolves once the broker has been reached the first time; keeps trying until then or close(). */
  async connect(): Promise<void> {
    let delayMs = RECONNECT_MS_MIN;
    while (!this.closed && this.producer === null) {
      const producer = connectLog(this.settings).producer({
        idempotent: true,
        maxInFlightRequests: 1,
        createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      });
      try {
        await producer.connect();
        // close() may have come meanwhile, and found nothing to close.
        if (this.closed) return await disconnect(producer);
        this.producer = producer;
        this.onState(true, 'connected');
      } catch (cause) {
        await disconnect(producer);
        this.onState(false, describe(cause));
        await sleep(delayMs);
        delayMs = Math.min(delayMs * 2, RECONNECT_MS_MAX);
      }
    }
    void this.drain();
  }

  /** Resolves when the broker has every record on all in-sync replicas. Rejects PublishFailed within 1.5 s. */
  async publish(role: TopicRole, records: readonly OutgoingRecord[]): Promise<void> {
    if (records.length === 0) return;
    if (this.producer === null) throw new PublishFailed('LOG_UNAVAILABLE', 'No connection to the broker');
    const topic = topicName(this.settings.prefix, role);
    const waits = cut(records).map((part) => this.enqueue(topic, part));
    const results = await Promise.allSettled(waits);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.sweep);
    const { producer } = this;
    this.producer = null;
    for (const waiting of this.queue.splice(0)) waiting.settle(new PublishFailed('LOG_UNAVAILABLE', 'The publisher is closed'));
    if (producer !== null) await disconnect(producer);
  }

  private enqueue(topic: string, records: readonly OutgoingRecord[]): Promise<void> {
    const bytes = records.reduce((sum, record) => sum + sizeOf(record), 0);
    if (this.queueBytes + bytes > QUEUE_BYTES_MAX) return Promise.reject(new PublishFailed('QUEUE_FULL', 'Too much is waiting for the broker'));
    this.queueBytes += bytes;
    return new Promise((resolve, reject) => {
      let open = true;
      const settle = (error?: PublishFailed): void => {
        if (!open) return;
        open = false;
        this.queueBytes -= bytes;
        if (error === undefined) resolve();
        else reject(error);
      };
      this.queue.push({ topic, records, bytes, deadline: Date.now() + PUBLISH_MS_MAX, settle });
      void this.drain();
    });
  }

  private async drain(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    // What else is published in this turn of the event loop goes along.
    await Promise.resolve();
    while (this.queue.length > 0 && this.producer !== null) await this.send(this.producer, this.gather());
    this.sending = false;
  }

  private async send(producer: Producer, batch: readonly Waiting[]): Promise<void> {
    const timer = setTimeout(() => {
      for (const waiting of batch) waiting.settle(new PublishFailed('LOG_UNAVAILABLE', `The broker did not answer within ${PUBLISH_MS_MAX} ms`));
    }, PUBLISH_MS_MAX);
    try {
      await producer.sendBatch({ acks: -1, topicMessages: toTopicMessages(batch) });
      for (const waiting of batch) waiting.settle();
    } catch (cause) {
      for (const waiting of batch) waiting.settle(new PublishFailed('LOG_UNAVAILABLE', `The broker did not take the records: ${describe(cause)}`, { cause }));
      this.abandon(producer, cause);
    } finally {
      clearTimeout(timer);
    }
  }

  private abandon(producer: Producer, cause: unknown): void {
    if (this.producer !== producer) return;
    this.producer = null;
    for (const waiting of this.queue.splice(0)) waiting.settle(new PublishFailed('LOG_UNAVAILABLE', 'An earlier send failed', { cause }));
    this.onState(false, describe(cause));
    void disconnect(producer);
    if (!this.closed) void this.connect();
  }

  private gather(): Waiting[] {
    const perPartition = new Map<string, number>();
    let bytes = 0;
    let count = 0;
    for (const waiting of this.queue) {
      if (count > 0 && bytes + waiting.bytes > SEND_BYTES_MAX) break;
      if (!fits(waiting, perPartition) && count > 0) break;
      bytes += waiting.bytes;
      count++;
    }
    return this.queue.splice(0, count);
  }

  private refuseOverdue(): void {
    const now = Date.now();
    if (this.queue.length === 0 || (this.queue[0]?.deadline ?? Infinity) > now) return;
    const overdue = this.queue.filter((waiting) => waiting.deadline <= now);
    this.queue = this.queue.filter((waiting) => waiting.deadline > now);
    for (const waiting of overdue) waiting.settle(new PublishFailed('LOG_UNAVAILABLE', `Not sent within ${PUBLISH_MS_MAX} ms`));
  }
}

/** Counts an entry in; false when a partition would go over its share of one send. */
function fits(waiting: Waiting, perPartition: Map<string, number>): boolean {
  let within = true;
  for (const { partition } of waiting.records) {
    const key = `${waiting.topic}/${partition}`;
    const count = (perPartition.get(key) ?? 0) + 1;
    perPartition.set(key, count);
    if (count > SEND_RECORDS_MAX) within = false;
  }
  return within;
}

function cut(records: readonly OutgoingRecord[]): (readonly OutgoingRecord[])[] {
  const parts: OutgoingRecord[][] = [];
  let part: OutgoingRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    const size = sizeOf(record);
    if (part.length > 0 && (part.length === SEND_RECORDS_MAX || bytes + size > SEND_BYTES_MAX)) {
      parts.push(part);
      part = [];
      bytes = 0;
    }
    part.push(record);
    bytes += size;
  }
  return [...parts, part];
}

const sizeOf = (record: OutgoingRecord): number => Buffer.byteLength(record.value) + RECORD_OVERHEAD_BYTES;

function toTopicMessages(batch: readonly Waiting[]): TopicMessages[] {
  const byTopic = new Map<string, Message[]>();
  for (const { topic, records } of batch) {
    const messages = byTopic.get(topic) ?? [];
    byTopic.set(topic, messages);
    for (const { partition, key, value } of records) messages.push({ partition, key: key ?? null, value });
  }
  return [...byTopic].map(([topic, messages]) => ({ topic, messages }));
}

async function disconnect(producer: Producer): Promise<void> {
  try {
    await producer.disconnect();
  } catch {
    // It is thrown away because its connection is broken: that it cannot say goodbye is no news.
  }
}

const describe = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
