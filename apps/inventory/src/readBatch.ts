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
  if (records.some((record, index) => record.offset !== first.offset + index)) throw new Error(`The records from ${first.offset} do not follow each other`);
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
    const { event } = content;
    if (event.name === 'quarantine.released' || event.name === 'quarantine.dismissed') return { kind: 'event', content };
    const owner = partitionOf(event.location);
    if (owner === partition) return { kind: 'event', content };
    return { kind: 'setAside', reason: 'WRONG_PARTITION', detail: `Location ${event.location} is owned by partition ${owner}` };
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'UnreadableRecord') return { kind: 'setAside', reason: 'UNREADABLE', detail: cause.message };
    throw cause;
  }
}

/**
 * The part of a batch that is one step: a decision about a quarantined record is a step of its own, so that everything
 * before it is committed, and nothing after it is known, however the log is cut.
 */
export function stepOf(batch: Batch): Batch {
  const [first] = batch.records;
  const cut = first !== undefined && isDecision(first) ? 1 : batch.records.findIndex(isDecision);
  return cut < 0 || cut >= batch.records.length ? batch : { ...batch, records: batch.records.slice(0, cut), to: batch.from + cut };
}

const isDecision = (record: BatchRecord): boolean => record.kind === 'event' && record.content.event.name.startsWith('quarantine.');

/** Postgres refuses the data itself (SQLSTATE classes 22, 54): sending it again will not help. A broken key (23) is a fault of ours, never of a record. */
export function isDataError(cause: unknown): cause is Error & { readonly code: string } {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' && /^(22|54)/.test(cause.code) && 'severity' in cause;
}
