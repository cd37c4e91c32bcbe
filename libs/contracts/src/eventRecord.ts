import type { EventName, SupplyEvent } from './event.js';
import { STOCK_EVENT_NAMES } from './event.js';
import type { Instant } from './instant.js';

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

/** An envelope with its event in the form that the rules work on. */
export interface EventRecord {
  readonly envelope: EventEnvelope;
  readonly event: SupplyEvent;
}

const NAME_OF_TYPE = new Map<string, EventName>([...STOCK_EVENT_NAMES, 'policy.set' as const].map((name) => [`quayside.${name}.v1`, name]));

/**
 * Reads a record back. The door has checked the event, so this is no second validation; still, a record that the door
 * cannot have written (cut off, of a later version, foreign) throws UnreadableRecord and goes to quarantine, never further.
 */
export function decodeEventRecord(value: Uint8Array | null): EventRecord {
  if (value === null) throw new UnreadableRecord('the record has no value');
  const envelope = readEnvelope(value);
  const sent = envelope.event;
  const name = NAME_OF_TYPE.get(sent.type);
  if (name === undefined) throw new UnreadableRecord(`unknown event type ${JSON.stringify(sent.type)}`);
  const { location } = sent.data;
  if (typeof location !== 'string') throw new UnreadableRecord('data.location is missing');
  if (name !== 'policy.set' && !Array.isArray(sent.data['lines'])) throw new UnreadableRecord('data.lines is missing');
  const sequence = Number(sent['sequence'] ?? 0);
  const event = { ...sent.data, name, source: sent.source, id: sent.id, sequence, occurredAt: envelope.occurredAt, location };
  return { envelope, event: event as unknown as SupplyEvent };
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

function readEnvelope(value: Uint8Array): EventEnvelope {
  let text: string;
  let parsed: Partial<EventEnvelope> | null;
  try {
    text = UTF8.decode(value);
    parsed = JSON.parse(text) as Partial<EventEnvelope> | null;
  } catch (cause) {
    throw new UnreadableRecord('the value is not JSON in UTF-8', { cause });
  }
  // Postgres has no text with a NUL in it, and Redis' fields of a level are cut at a tab: the door refuses both.
  if (/\\u00(?:0|1)[0-9a-f]/i.test(text)) throw new UnreadableRecord('a control character stands in it');
  if (parsed === null || parsed.v !== 1) throw new UnreadableRecord(`unknown envelope version ${JSON.stringify(parsed?.v)}`);
  const { event, occurredAt, hash } = parsed;
  if (typeof occurredAt !== 'number' || typeof hash !== 'string' || typeof event?.source !== 'string' || typeof event.id !== 'string' || typeof event.data !== 'object') {
    throw new UnreadableRecord('a field of the envelope is missing');
  }
  return parsed as EventEnvelope;
}

/** Thrown by decodeEventRecord; the message says what is wrong with the record. */
export class UnreadableRecord extends Error {
  readonly code = 'UNREADABLE';
  override readonly name = 'UnreadableRecord';
}
