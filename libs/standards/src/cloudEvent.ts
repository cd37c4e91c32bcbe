import { DOOR_EVENT_NAMES, wireType, type CloudEventSent, type Instant, type DoorEventName } from '@quayside/contracts';
import type { ProblemCode } from './problems.js';
import { excerpt, jsonPointer, type Refusal } from './refusal.js';
import { readInstant } from './rfc3339.js';

export type CloudEventReading =
  /** `occurredAt` is null where the event names no time. */
  | { readonly kind: 'event'; readonly event: CloudEventSent; readonly name: DoorEventName; readonly occurredAt: Instant | null }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Longest id, source, code, in characters (api.md, "Limits"). */
export const ID_CHARACTERS_MAX = 256;

const NAMES = new Map<string, DoorEventName>(DOOR_EVENT_NAMES.map((name) => [wireType(name), name]));
const KNOWN = new Set(['specversion', 'id', 'source', 'type', 'time', 'subject', 'datacontenttype', 'dataschema', 'sequence', 'data']);
const ATTRIBUTE_NAME = /^[a-z0-9]+$/;
const URI_CHARACTERS = /^(?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$/;
/** A colon before the first / ? # ends a scheme. */
const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*:|^[^:/?#]*(?:[/?#]|$)/;
const DIGITS = /^(?:0|[1-9][0-9]{0,15})$/;

/**
 * Checks the attributes of one CloudEvents 1.0 event (spec §3.1) and ours on top; `data` is only seen to be an object here.
 * Attributes that are null count as absent (JSON format §2.2) and are left out; everything else stays as sent.
 */
export function readCloudEvent(item: unknown): CloudEventReading {
  if (!isObject(item)) return { kind: 'refused', refusal: { code: 'wrong-type', detail: 'an event is a JSON object', pointer: '', ...excerpt(item) } };
  const event = withoutNulls(item);
  const refusal = refuseIdentity(event) ?? refuseRest(event);
  if (refusal !== null) return { kind: 'refused', refusal };
  const name = NAMES.get(String(event['type']));
  if (name === undefined) return { kind: 'refused', refusal: refuse('unknown-type', 'type', `known types: ${[...NAMES.keys()].join(', ')}`, event) };
  const { time } = event;
  if (time === undefined) return { kind: 'event', event: event as CloudEventSent, name, occurredAt: null };
  if (typeof time !== 'string') return { kind: 'refused', refusal: refuse('wrong-type', 'time', 'time is a text', event) };
  const reading = readInstant(time);
  if (reading.kind === 'refused') return { kind: 'refused', refusal: refuse(reading.code, 'time', reading.detail, event) };
  return { kind: 'event', event: event as CloudEventSent, name, occurredAt: reading.instant };
}

type Attributes = Readonly<Record<string, unknown>>;

function refuseIdentity(event: Attributes): Refusal | null {
  const { specversion, source } = event;
  if (specversion !== '1.0') {
    return refuseText(event, 'specversion') ?? refuse('unsupported-specversion', 'specversion', 'only CloudEvents 1.0 is taken', event);
  }
  const refusal = refuseText(event, 'id') ?? refuseText(event, 'source') ?? refuseText(event, 'type');
  if (refusal !== null) return refusal;
  const text = String(source);
  if (text.includes('|') || /^quayside:/i.test(text))
    return refuse('reserved-source', 'source', 'sources that begin with quayside: or contain | are our own', event);
  const isUri = URI_CHARACTERS.test(text) && SCHEME.test(text) && text.indexOf('#') === text.lastIndexOf('#');
  return isUri ? null : refuse('not-a-uri', 'source', 'source is no URI reference', event);
}

function refuseRest(event: Attributes): Refusal | null {
  const { subject, datacontenttype, dataschema, data } = event;
  if (subject !== undefined && (typeof subject !== 'string' || subject === ''))
    return refuse(subject === '' ? 'empty' : 'wrong-type', 'subject', 'subject is a text that is not empty', event);
  if (dataschema !== undefined && (typeof dataschema !== 'string' || dataschema === ''))
    return refuse(dataschema === '' ? 'empty' : 'wrong-type', 'dataschema', 'dataschema is a URI', event);
  if (datacontenttype !== undefined && !isJsonType(datacontenttype)) return refuse('not-supported', 'datacontenttype', 'data comes as JSON', event);
  if (event['data_base64'] !== undefined)
    return { code: 'not-supported', detail: 'data comes as JSON in data, not packed in data_base64', pointer: '/data_base64' };
  const refusal = refuseSequence(event);
  if (refusal !== null) return refusal;
  for (const name in event)
    if (!KNOWN.has(name)) {
      const wrong = refuseExtension(event, name);
      if (wrong !== null) return wrong;
    }
  if (data === undefined) return refuse('required', 'data', 'data is missing', event);
  return isObject(data) ? null : refuse('wrong-type', 'data', 'data is an object', event);
}

/** `sequence` orders facts of one source: a whole number from 0 on, or the same as text (headers and the CloudEvents extension write it so). */
function refuseSequence(event: Attributes): Refusal | null {
  const { sequence } = event;
  if (sequence === undefined || (typeof sequence === 'number' && Number.isSafeInteger(sequence) && sequence >= 0)) return null;
  if (typeof sequence === 'string' && DIGITS.test(sequence)) {
    return Number.isSafeInteger(Number(sequence)) ? null : refuse('number-out-of-range', 'sequence', 'sequence lies beyond 2^53 − 1', event);
  }
  const code = typeof sequence !== 'number' ? 'wrong-type' : Number.isInteger(sequence) ? 'number-out-of-range' : 'not-whole';
  return refuse(code, 'sequence', 'sequence is a whole number from 0 on', event);
}

/** Extensions (spec §3.1.5) are texts, booleans and whole numbers. */
function refuseExtension(event: Attributes, name: string): Refusal | null {
  if (!ATTRIBUTE_NAME.test(name)) return refuse('unknown-attribute', name, 'attribute names consist of the letters a to z and digits', event);
  const value = event[name];
  if (typeof value === 'string' || typeof value === 'boolean' || Number.isSafeInteger(value)) return null;
  return refuse('wrong-type', name, 'extension attributes are texts, booleans or whole numbers; everything else belongs into data', event);
}

function refuseText(event: Attributes, name: string): Refusal | null {
  const value = event[name];
  if (value === undefined) return refuse('required', name, `${name} is missing`, event);
  if (typeof value !== 'string') return refuse('wrong-type', name, `${name} is a text`, event);
  if (value === '') return refuse('empty', name, `${name} is empty`, event);
  if (value.length > ID_CHARACTERS_MAX) return refuse('too-long', name, `${name} has ${value.length} characters; ${ID_CHARACTERS_MAX} are the most`, event);
  return null;
}

function refuse(code: ProblemCode, name: string, detail: string, event: Attributes): Refusal {
  return { code, detail, pointer: jsonPointer([name]), ...excerpt(event[name]) };
}

function withoutNulls(item: Record<string, unknown>): Record<string, unknown> {
  for (const name in item) if (item[name] === null) return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== null));
  return item;
}

function isJsonType(value: unknown): boolean {
  return typeof value === 'string' && /^[^;]*[/+]json\s*(?:;|$)/i.test(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
