import { isForbiddenKey } from './forbiddenKey.js';
import { jsonPointer, type Refusal } from './refusal.js';
import { textFault } from './textFault.js';

export type BinaryReading = { readonly kind: 'event'; readonly event: Record<string, unknown> } | { readonly kind: 'refused'; readonly refusal: Refusal };

const PREFIX = 'ce-';

/** Whether a request carries an event in binary mode. */
export const hasEventHeaders = (headers: Readonly<Record<string, unknown>>): boolean => Object.keys(headers).some((name) => name.startsWith(PREFIX));

/**
 * Puts a binary-mode event (CloudEvents HTTP binding §3.1: attributes as `ce-` headers, names in lower case; data as the body) into
 * the structured form, so that one path checks both. Header values are percent-decoded as §3.1.3.2 says.
 */
export function binaryEvent(headers: Readonly<Record<string, unknown>>, data: unknown): BinaryReading {
  const event: Record<string, unknown> = { datacontenttype: 'application/json' };
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(PREFIX) || value === undefined) continue;
    const attribute = name.slice(PREFIX.length);
    if (typeof value !== 'string') return refuse(name, 'appears twice');
    const text = decode(value);
    if (text === null) return refuse(name, 'is not percent-encoded UTF-8');
    if (isForbiddenKey(attribute)) return { kind: 'refused', refusal: { code: 'forbidden-key', detail: `the attribute ${attribute} is forbidden` } };
    if (attribute === 'data') return refuse(name, 'would stand in the place of the body');
    const fault = textFault(text);
    if (fault !== null) return { kind: 'refused', refusal: { ...fault, pointer: jsonPointer([attribute]) } };
    event[attribute] = text;
  }
  return { kind: 'event', event: { ...event, data } };
}

function decode(value: string): string | null {
  const unquoted = /^".*"$/s.test(value) ? value.slice(1, -1).replace(/\\(.)/gs, '$1') : value;
  try {
    return decodeURIComponent(unquoted);
  } catch (cause) {
    if (cause instanceof URIError) return null;
    throw cause;
  }
}

function refuse(name: string, what: string): BinaryReading {
  return { kind: 'refused', refusal: { code: 'malformed-header', detail: `the header ${name} ${what}` } };
}
