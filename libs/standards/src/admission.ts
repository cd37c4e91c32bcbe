import { assertNever, type CloudEventSent, type EventEnvelope, type EventIdentity, type DoorEventName, type Instant } from '@quayside/contracts';
import { binaryEvent } from './binaryEvent.js';
import { ID_CHARACTERS_MAX, readCloudEvent } from './cloudEvent.js';
import { contentHash } from './contentHash.js';
import { refuseEventData } from './eventData.js';
import type { EventFormat } from './eventFormat.js';
import { identityKey } from './identityKey.js';
import { orderEvent } from './placedOrder.js';
import { jsonPointer, type Refusal } from './refusal.js';
import { NESTING_MAX, readJson, type JsonFault } from './readJson.js';

/** Events of one request (api.md, "Limits"). */
export const BATCH_EVENTS_MAX = 1_000;
/** One event as sent, bytes (api.md, "Limits"). */
export const EVENT_BYTES_MAX = 1024 * 1024;

/** A request's events, and what is known around them. Nothing here looks at a clock. */
export interface Arrival {
  readonly body: Uint8Array;
  readonly format: EventFormat;
  /** In lower case; binary mode reads them, and an order its key. */
  readonly headers: Readonly<Record<string, unknown>>;
  readonly receivedAt: Instant;
  /** Id of the API key. */
  readonly sender: string;
}

export type Admission =
  /** Nothing of the request is used. */
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** In the order of the request. `isBatch` tells whether the caller sent a list. */
  | { readonly kind: 'read'; readonly isBatch: boolean; readonly items: readonly AdmittedItem[] };

/** An event that may enter the log. */
export interface AcceptedItem {
  readonly kind: 'accepted';
  readonly envelope: EventEnvelope;
  readonly name: DoorEventName;
  /** JSON of the event: as it was sent where it was sent as one JSON text. */
  readonly text: string;
  /** Owner of the event, and its key in the log. */
  readonly location: string;
  /** The other location that the event changes, null for most. */
  readonly to: string | null;
  /** The event that it takes back, null for most. */
  readonly voids: EventIdentity | null;
  /** identityKey of the event. */
  readonly identity: string;
}

export type AdmittedItem =
  | AcceptedItem
  /** `id` and `source` where they could be read at all. */
  | { readonly kind: 'refused'; readonly id: string | null; readonly source: string | null; readonly refusal: Refusal };

/** From a request's body to events that may enter the log, each with its envelope, or to problems. Pure: the same arrival gives the same answer. */
export function admit(arrival: Arrival): Admission {
  const text = decodeUtf8(arrival.body);
  if (text === null) return { kind: 'refused', refusal: { code: 'not-utf8', detail: 'the body is no valid UTF-8' } };
  if (!/\S/.test(text)) return { kind: 'refused', refusal: { code: 'empty-body', detail: 'the request has no body' } };
  switch (arrival.format) {
    case 'structured':
      return admitOne(text, arrival);
    case 'binary':
      return admitBinary(text, arrival);
    case 'batch':
      return admitBatch(text, arrival);
    case 'lines':
      return admitLines(text, arrival);
    case 'order':
      return admitOrder(text, arrival);
    default:
      return assertNever(arrival.format);
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decodeUtf8(body: Uint8Array): string | null {
  try {
    return utf8.decode(body);
  } catch (cause) {
    if (typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return null;
    throw cause;
  }
}

function admitOne(text: string, arrival: Arrival): Admission {
  return { kind: 'read', isBatch: false, items: [admitText(text, arrival)] };
}

function admitBinary(text: string, arrival: Arrival): Admission {
  // The body is what stands one level down in a structured event.
  const reading = readJson(text, NESTING_MAX - 1);
  if (reading.kind === 'unreadable') return { kind: 'refused', refusal: showFault(reading.fault, ['data']) };
  const binary = binaryEvent(arrival.headers, reading.value);
  if (binary.kind === 'refused') return { kind: 'refused', refusal: binary.refusal };
  const fault = reading.faults[0];
  const item = fault === undefined ? admitItem({ value: binary.event, text, isWhole: false }, arrival) : refuseItem(binary.event, showFault(fault, ['data']));
  return { kind: 'read', isBatch: false, items: [item] };
}

/** The body is what stands one level down in the event, as in binary mode; places in it are told as those of the event (inOrderTerms). */
function admitOrder(text: string, arrival: Arrival): Admission {
  const reading = readJson(text, NESTING_MAX - 1);
  if (reading.kind === 'unreadable') return { kind: 'refused', refusal: showFault(reading.fault, ['data']) };
  const order = orderEvent(arrival.headers, reading.value);
  if (order.kind === 'refused') return { kind: 'refused', refusal: order.refusal };
  const fault = reading.faults[0];
  const item = fault === undefined ? admitItem({ value: order.event, text, isWhole: false }, arrival) : refuseItem(order.event, showFault(fault, ['data']));
  return { kind: 'read', isBatch: false, items: [item] };
}

function admitBatch(text: string, arrival: Arrival): Admission {
  const reading = readJson(text, NESTING_MAX + 1);
  if (reading.kind === 'unreadable') return { kind: 'refused', refusal: showFault(reading.fault, []) };
  const { value, spans } = reading;
  if (!Array.isArray(value)) return { kind: 'refused', refusal: { code: 'wrong-type', detail: 'a batch is a JSON array of events', pointer: '' } };
  const wrong = refuseCount(value.length);
  if (wrong !== null) return { kind: 'refused', refusal: wrong };
  const faultOf = new Map(reading.faults.map((fault) => [fault.path[0], fault]));
  const items = value.map((item: unknown, index) => {
    const fault = faultOf.get(index);
    if (fault !== undefined) return refuseItem(item, showFault({ ...fault, path: fault.path.slice(1) }, []));
    return admitItem({ value: item, text: text.slice(spans[2 * index], spans[2 * index + 1]), isWhole: true }, arrival);
  });
  return { kind: 'read', isBatch: true, items };
}

/** Newline-delimited JSON: each line that is not blank is an event of its own; a line that cannot be read costs only itself. */
function admitLines(text: string, arrival: Arrival): Admission {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const wrong = refuseCount(lines.length);
  if (wrong !== null) return { kind: 'refused', refusal: wrong };
  return { kind: 'read', isBatch: true, items: lines.map((line) => admitText(line, arrival)) };
}

function refuseCount(count: number): Refusal | null {
  if (count === 0) return { code: 'empty-batch', detail: 'the batch holds no event' };
  if (count > BATCH_EVENTS_MAX) return { code: 'batch-too-large', detail: `the batch holds ${count} events; ${BATCH_EVENTS_MAX} are the most` };
  return null;
}

function admitText(text: string, arrival: Arrival): AdmittedItem {
  const reading = readJson(text);
  if (reading.kind === 'unreadable') return refuseItem(null, showFault(reading.fault, []));
  const fault = reading.faults[0];
  return fault === undefined ? admitItem({ value: reading.value, text, isWhole: true }, arrival) : refuseItem(reading.value, showFault(fault, []));
}

interface Item {
  readonly value: unknown;
  /** What was sent of it. */
  readonly text: string;
  /** Whether `text` is all of the event: in binary mode it is `data` alone. */
  readonly isWhole: boolean;
}

function admitItem({ value, text, isWhole }: Item, { receivedAt, sender }: Arrival): AdmittedItem {
  if (isOver(text, EVENT_BYTES_MAX)) return refuseItem(value, { code: 'event-too-large', detail: `the event has over ${EVENT_BYTES_MAX} bytes` });
  const reading = readCloudEvent(value);
  if (reading.kind === 'refused') return refuseItem(value, reading.refusal);
  const { event, name, occurredAt } = reading;
  const voids = voidedBy(name, event);
  const refusal = refuseEventData(name, event.data) ?? refuseSelfVoid(event, voids);
  if (refusal !== null) return refuseItem(value, refusal);
  const envelope: EventEnvelope = { v: 1, occurredAt: occurredAt ?? receivedAt, receivedAt, hash: contentHash(event), sender, event };
  // Attributes that were null are gone from the event, and then from its text.
  const isAsSent = isWhole && event === value;
  return {
    kind: 'accepted',
    envelope,
    name,
    text: isAsSent ? text : JSON.stringify(event),
    location: locationOf(event),
    to: destinationOf(name, event),
    voids,
    identity: identityKey(event),
  };
}

/** UTF-16 units bound the bytes from both sides, so that nearly no text has to be measured. */
function isOver(text: string, bytesMax: number): boolean {
  if (text.length * 3 <= bytesMax) return false;
  return text.length > bytesMax || new TextEncoder().encode(text).length > bytesMax;
}

function locationOf(event: CloudEventSent): string {
  const { location } = event.data;
  if (typeof location !== 'string') throw new Error('An event passed its schema without a location');
  return location;
}

/** The one rule that looks at an event and its data at once. */
function refuseSelfVoid({ source, id }: CloudEventSent, voids: EventIdentity | null): Refusal | null {
  if (voids?.source !== source || voids.id !== id) return null;
  return { code: 'voids-itself', detail: 'data names this very event; it has to name the one to take back', pointer: '/data/id', value: id };
}

function voidedBy(name: DoorEventName, { data }: CloudEventSent): EventIdentity | null {
  const { source, id } = data;
  return name === 'event.voided' && typeof source === 'string' && typeof id === 'string' ? { source, id } : null;
}

/** Where goods are moved to: a location of another owner, told to it by a hop. */
function destinationOf(name: DoorEventName, { data }: CloudEventSent): string | null {
  const to = name === 'stock.moved' ? data['to'] : null;
  return typeof to === 'string' ? to : null;
}

function refuseItem(value: unknown, refusal: Refusal): AdmittedItem {
  return { kind: 'refused', id: nameIn(value, 'id'), source: nameIn(value, 'source'), refusal };
}

function nameIn(value: unknown, key: 'id' | 'source'): string | null {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return null;
  const name = (value as Record<string, unknown>)[key];
  return typeof name === 'string' && name.length <= ID_CHARACTERS_MAX && !/\p{Surrogate}/u.test(name) ? name : null;
}

function showFault({ code, detail, path, value }: JsonFault, prefix: readonly string[]): Refusal {
  const where = code === 'malformed-json' ? {} : { pointer: jsonPointer([...prefix, ...path]) };
  return { code, detail, ...where, ...(value === undefined ? {} : { value }) };
}
