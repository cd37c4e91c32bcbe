import { decodeEventRecord, partitionOf, readEnvelope, readEvent, type EventRecord, type FoldedEvent, type QuarantineReleased } from '@quayside/contracts';
import type { NewRecord, Resolution, WaitingRecord } from '@quayside/store';

/**
 * What releasing a quarantined record comes to: the event as it was sent, or with the `data` that the decision puts in
 * its place, to be folded where the decision stands in the log.
 */
export function resolveRelease(partition: number, waiting: WaitingRecord, decision: NewRecord<QuarantineReleased>): Resolution {
  if (waiting.reason === 'ID_CONFLICT') return { kind: 'noEffect', why: 'Its id belongs to another event: dismiss it, or send it again under a new id' };
  const read = readReleased(waiting, decision.event);
  if ('why' in read) return { kind: 'noEffect', why: read.why };
  const owner = partitionOf(read.event.location);
  if (owner !== partition) return { kind: 'noEffect', why: `Location ${read.event.location} is owned by partition ${owner}: send it again through ingest` };
  return { kind: 'fold', record: { ...read, at: decision.at, isReleased: true } };
}

function readReleased(waiting: WaitingRecord, { data }: QuarantineReleased): EventRecord<FoldedEvent> | { readonly why: string } {
  try {
    const { envelope, event } = readPatched(waiting.bytes, data);
    if (event.name === 'quarantine.released' || event.name === 'quarantine.dismissed') return { why: 'A decision cannot be released' };
    return { envelope, event };
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'UnreadableRecord') return { why: `Still unreadable: ${cause.message}` };
    throw cause;
  }
}

function readPatched(bytes: Uint8Array, data: Readonly<Record<string, unknown>> | undefined): EventRecord {
  if (data === undefined) return decodeEventRecord(bytes);
  const envelope = readEnvelope(bytes);
  const sent = { ...envelope.event, data };
  return { envelope, event: readEvent(sent, envelope.occurredAt) };
}
