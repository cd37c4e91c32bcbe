import type { SupplyEvent } from './event.js';
import type { Instant } from './instant.js';
import { readEvent } from './readEvent.js';
import { UnreadableRecord } from './unreadableRecord.js';

/**
 * Value of a record in `supply.events`, as JSON. `event` is the CloudEvent as its sender gave it; what we stamped stands
 * beside it, so that the content hash (RFC 8785 over type, subject, time, data as sent) can always be taken again.
 * The record's key is the location.
 */
export interface EventEnvelope {
  readonly v: 1;
  /** Of the event, or the time of receipt where it names none. */
  readonly occurredAt: Instant;
  /** When the door had read it; for information. */
  readonly receivedAt: Instant;
  /** Base64url SHA-256. */
  readonly hash: string;
  /** Id of the API key or `user:<sub>` that sent it. */
  readonly sender: string;
  readonly event: CloudEventSent;
}

export interface CloudEventSent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject?: string;
  readonly time?: string;
  readonly data: Record<string, unknown>;
  readonly [extension: string]: unknown;
}

export const encodeEnvelope = (envelope: EventEnvelope): string => JSON.stringify(envelope);

/** The same around the event's own JSON text: what was sent stays as it was sent, and is not written a second time. `eventText` has to be JSON of `envelope.event`. */
export function encodeEnvelopeAround({ v, occurredAt, receivedAt, hash, sender }: EventEnvelope, eventText: string): string {
  return `{"v":${v},"occurredAt":${occurredAt},"receivedAt":${receivedAt},"hash":${JSON.stringify(hash)},"sender":${JSON.stringify(sender)},"event":${eventText}}`;
}

/** An envelope with its event in the form that the rules work on. */
export interface EventRecord<Event extends SupplyEvent = SupplyEvent> {
  readonly envelope: EventEnvelope;
  readonly event: Event;
}

/**
 * Reads a record back. A record that the door cannot have written (cut off, of a later version, foreign) throws
 * UnreadableRecord and goes to quarantine, never further.
 */
export function decodeEventRecord(value: Uint8Array | null): EventRecord {
  if (value === null) throw new UnreadableRecord('the record has no value');
  const envelope = readEnvelope(value);
  return { envelope, event: readEvent(envelope.event, envelope.occurredAt) };
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });
/** An escape of a control character; where its backslash is itself escaped it is only a text that looks like one. */
const ESCAPED_CONTROL = /(?<!\\)(?:\\\\)*\\u00[01][0-9a-f]/i;

/** The envelope of a record, whatever its event's data is. Throws UnreadableRecord. */
export function readEnvelope(value: Uint8Array): EventEnvelope {
  let text: string;
  let parsed: Partial<EventEnvelope> | null;
  try {
    text = UTF8.decode(value);
    parsed = JSON.parse(text) as Partial<EventEnvelope> | null;
  } catch (cause) {
    throw new UnreadableRecord('the value is not JSON in UTF-8', { cause });
  }
  // Postgres has no text with a NUL in it, and Redis' fields of a level are cut at a tab: the door refuses both.
  if (text.includes('\\u00') && ESCAPED_CONTROL.test(text)) throw new UnreadableRecord('a control character stands in it');
  if (parsed === null || parsed.v !== 1) throw new UnreadableRecord(`unknown envelope version ${JSON.stringify(parsed?.v)}`);
  const { event, occurredAt, hash } = parsed;
  if (
    typeof occurredAt !== 'number' ||
    typeof hash !== 'string' ||
    typeof event?.source !== 'string' ||
    typeof event.id !== 'string' ||
    typeof event.data !== 'object'
  ) {
    throw new UnreadableRecord('a field of the envelope is missing');
  }
  return parsed as EventEnvelope;
}
