import { readEnvelope, type EventEnvelope, type Instant } from '@quayside/contracts';
import type { RecordPlace } from './readLedger.js';

/** APPLIED: it had its effect · VOIDED: it was taken back · QUARANTINED: it waits for a person · DISMISSED: a person closed it. */
export const SOURCE_EVENT_STATUSES = ['APPLIED', 'QUARANTINED', 'DISMISSED', 'VOIDED'] as const;
export type SourceEventStatus = (typeof SOURCE_EVENT_STATUSES)[number];

/** A record of the log as it came, and what became of it; (partition, offset) is its identity for ever. */
export interface SourceEvent extends RecordPlace {
  readonly status: SourceEventStatus;
  /** How often the same content came again. */
  readonly duplicates: number;
  /** Running maximum of the log's append times. */
  readonly recordedAt: Instant;
  readonly receivedAt: Instant;
  /** Why it was set aside, now or once; null for one that never was. */
  readonly problem: { readonly reason: string; readonly detail: string } | null;
  /** Where its ledger rows stand: its own place, or that of the decision that let it through. Null: it has no effect. */
  readonly appliedOffset: number | null;
  /** Null where the record cannot be read. */
  readonly envelope: EventEnvelope | null;
  /** Null where the record names none, or cannot be read. */
  readonly location: string | null;
  /** As received. */
  readonly record: Uint8Array;
}

/** What every query of source events selects. `applied_offset` null: no effect. */
export interface SourceEventRow {
  partition: number;
  offset: number;
  /** Of its identity; null where it has none of its own. */
  state: string | null;
  repeats: number | null;
  recorded_at: number;
  received_at: number;
  /** Of its row in the quarantine; null where it was never there. */
  quarantine_state: 'WAITING' | 'RELEASED' | 'DISMISSED' | null;
  reason: string | null;
  detail: string | null;
  applied_offset: number | null;
  record: Buffer;
}

export function sourceEventFromRow(row: SourceEventRow): SourceEvent {
  const envelope = envelopeOf(row.record);
  return {
    partition: row.partition,
    offset: row.offset,
    status: statusOf(row),
    duplicates: row.repeats ?? 0,
    recordedAt: row.recorded_at,
    receivedAt: row.received_at,
    problem: row.reason === null ? null : { reason: row.reason, detail: row.detail ?? '' },
    appliedOffset: row.applied_offset,
    envelope,
    location: locationOf(envelope),
    record: row.record,
  };
}

function statusOf({ quarantine_state: waiting, state }: SourceEventRow): SourceEventStatus {
  if (waiting === 'WAITING') return 'QUARANTINED';
  if (waiting === 'DISMISSED') return 'DISMISSED';
  return state === 'VOIDED' ? 'VOIDED' : 'APPLIED';
}

/** Null for a record that cannot be read: it is kept whole all the same. */
function envelopeOf(record: Uint8Array): EventEnvelope | null {
  try {
    return readEnvelope(record);
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'UnreadableRecord') return null;
    throw cause;
  }
}

function locationOf(envelope: EventEnvelope | null): string | null {
  const location = envelope?.event.data?.['location'];
  return typeof location === 'string' ? location : null;
}
