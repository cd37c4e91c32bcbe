import { decodeEventRecord, partitionOf, type QuarantineReason } from '@quayside/contracts';
import type { LogRecord } from '@quayside/kafka';
import type { Batch, BatchRecord } from '@quayside/store';

const EMPTY = new Uint8Array();

/**
 * Records of the log in the form that a batch is committed in. What cannot be read, or stands in a partition that does
 * not own its location, is set aside with the reason: it must not hold up what follows.
 */
export function readBatch(partition: number, records: readonly LogRecord[], held: { lastRecordedAt: number; appliedAt: number }): Batch {
  const first = records[0];
  if (first === undefined) throw new Error('A batch has at least one record');
  let recordedAt = held.lastRecordedAt;
  const read = records.map((record): BatchRecord => {
    recordedAt = Math.max(recordedAt, record.appendedAt);
    const at = { offset: record.offset, appendedAt: record.appendedAt, recordedAt };
    return { at, bytes: record.value ?? EMPTY, ...readContent(partition, record) };
  });
  return { partition, from: first.offset, to: first.offset + records.length, records: read, appliedAt: held.appliedAt };
}

type Content = { kind: 'event'; content: ReturnType<typeof decodeEventRecord> } | { kind: 'setAside'; reason: QuarantineReason; detail: string };

function readContent(partition: number, record: LogRecord): Content {
  try {
    const content = decodeEventRecord(record.value);
    const owner = partitionOf(content.event.location);
    if (owner === partition) return { kind: 'event', content };
    return { kind: 'setAside', reason: 'WRONG_PARTITION', detail: `Location ${content.event.location} is owned by partition ${owner}` };
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'UnreadableRecord') return { kind: 'setAside', reason: 'UNREADABLE', detail: cause.message };
    throw cause;
  }
}
