import { encodeEnvelope, partitionOf, type EventEnvelope } from '@quayside/contracts';
import { Publisher } from '@quayside/kafka';
import type { Ground } from './ground.js';

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Appends to `supply.events` past the door, as a foreign producer, the gateway or a zombie would. */
export class LogWriter {
  private constructor(private readonly publisher: Publisher) {}

  static async open(ground: Ground): Promise<LogWriter> {
    const publisher = new Publisher({ brokers: [ground.stack.kafka], prefix: ground.topicPrefix, clientId: 'test-writer', logger: SILENT }, () => {});
    await publisher.connect();
    return new LogWriter(publisher);
  }

  append(partition: number, values: readonly string[]): Promise<void> {
    return this.publisher.publish(
      'events',
      values.map((value) => ({ partition, value })),
    );
  }

  /** An event as the door would have written it. */
  async event(name: string, head: { id: string; source?: string; hash?: string; occurredAt?: number }, data: Record<string, unknown>): Promise<void> {
    const location = String(data['location'] ?? '');
    await this.append(partitionOf(location), [this.encode(name, head, data)]);
  }

  encode(name: string, head: { id: string; source?: string; hash?: string; occurredAt?: number }, data: Record<string, unknown>): string {
    const now = Date.now();
    const envelope: EventEnvelope = {
      v: 1,
      occurredAt: head.occurredAt ?? now,
      receivedAt: now,
      hash: head.hash ?? `${head.id}:${JSON.stringify(data)}`,
      sender: 'test',
      event: { specversion: '1.0', id: head.id, source: head.source ?? '/test', type: `quayside.${name}.v1`, data },
    };
    return encodeEnvelope(envelope);
  }

  close(): Promise<void> {
    return this.publisher.close();
  }
}
