import { type CloudEventSent, type EventEnvelope, type EventName, type Instant, type SupplyEvent, readEvent, showInstant, wireType } from '@quayside/contracts';

/** An event before it is in the log: what a sender would send. */
export interface Draft {
  readonly name: EventName;
  readonly source: string;
  readonly id: string;
  readonly sequence: number;
  readonly occurredAt: Instant;
  /** As on the wire: `location`, `lines` and what the type has beside them. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** Where a record stands in the log of its partition, and when it got there. */
export interface Place {
  readonly offset: number;
  readonly appendedAt: Instant;
  /** Running maximum of `appendedAt` over the partition. */
  readonly recordedAt: Instant;
}

export interface LoggedDraft {
  readonly draft: Draft;
  readonly at: Place;
}

/** One record of one partition's log, as the fold takes it. */
export interface HistoryRecord {
  readonly envelope: EventEnvelope;
  readonly event: SupplyEvent;
  readonly at: Place;
}

/** The record that a draft becomes: read as the real one is read, so that a history holds valid events only. */
export function recordOf({ draft, at }: LoggedDraft): HistoryRecord {
  const sent: CloudEventSent = {
    specversion: '1.0',
    id: draft.id,
    source: draft.source,
    type: wireType(draft.name),
    time: showInstant(draft.occurredAt),
    sequence: String(draft.sequence),
    data: draft.data,
  };
  const hash = JSON.stringify([sent.type, sent.time, sent.data]);
  const envelope: EventEnvelope = { v: 1, occurredAt: draft.occurredAt, receivedAt: at.appendedAt, hash, sender: 'properties', event: sent };
  return { envelope, event: readEvent(sent, draft.occurredAt), at };
}
