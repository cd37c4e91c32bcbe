import type { KafkaMessage } from 'kafkajs';

/** A record as it stands in a partition. */
export interface LogRecord {
  readonly partition: number;
  readonly offset: number;
  /** The broker's append time, ms. */
  readonly appendedAt: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
}

/** Throws for an offset beyond 2^53: nothing here could count on. */
export function toLogRecord(partition: number, message: KafkaMessage): LogRecord {
  const offset = Number(message.offset);
  if (!Number.isSafeInteger(offset)) throw new Error(`Offset ${message.offset} of partition ${partition} is no safe integer`);
  return { partition, offset, appendedAt: Number(message.timestamp), key: message.key, value: message.value };
}
