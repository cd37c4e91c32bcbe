import { assertNever } from '@quayside/contracts';

/** What an opaque id stands for. */
export type NodeRef =
  | { readonly kind: 'item'; readonly sku: string }
  | { readonly kind: 'location'; readonly code: string }
  | { readonly kind: 'level'; readonly location: string; readonly sku: string }
  | { readonly kind: 'ledger'; readonly partition: number; readonly offset: number; readonly line: number }
  | { readonly kind: 'alert'; readonly id: string }
  /** The rule of a kind. */
  | { readonly kind: 'alertRule'; readonly of: string }
  | { readonly kind: 'order'; readonly location: string; readonly number: string }
  | { readonly kind: 'orderLine'; readonly location: string; readonly number: string; readonly line: number }
  /** A line of a reservation that was asked for by itself. */
  | { readonly kind: 'reservation'; readonly location: string; readonly reference: string; readonly line: number }
  /** The promise for a line of an order. */
  | { readonly kind: 'promise'; readonly location: string; readonly number: string; readonly line: number }
  /** A record of the log, by its place. */
  | { readonly kind: 'event'; readonly partition: number; readonly offset: number };

/** Codes, numbers and skus have at most 256 characters each (api.md, "Limits"), an id two of them: in base64 of UTF-8 still below. */
const TEXT_CHARACTERS_MAX = 4_096;

/** The wire form of an id. */
export function encodeNodeId(ref: NodeRef): string {
  return Buffer.from([ref.kind, ...partsOf(ref)].join('\t')).toString('base64url');
}

/** Null for a text that encodeNodeId cannot have made. */
export function decodeNodeId(text: string): NodeRef | null {
  if (text.length > TEXT_CHARACTERS_MAX || !/^[\w-]+$/.test(text)) return null;
  const [kind, ...parts] = Buffer.from(text, 'base64url').toString('utf8').split('\t');
  const ref = refOf(kind, parts);
  return ref !== null && encodeNodeId(ref) === text ? ref : null;
}

function partsOf(ref: NodeRef): readonly string[] {
  switch (ref.kind) {
    case 'item':
      return [ref.sku];
    case 'location':
      return [ref.code];
    case 'level':
      return [ref.location, ref.sku];
    case 'ledger':
      return [String(ref.partition), String(ref.offset), String(ref.line)];
    case 'alert':
      return [ref.id];
    case 'alertRule':
      return [ref.of];
    case 'order':
      return [ref.location, ref.number];
    case 'orderLine':
    case 'promise':
      return [ref.location, ref.number, String(ref.line)];
    case 'reservation':
      return [ref.location, ref.reference, String(ref.line)];
    case 'event':
      return [String(ref.partition), String(ref.offset)];
    default:
      return assertNever(ref);
  }
}

function refOf(kind: string | undefined, parts: readonly string[]): NodeRef | null {
  const [first, second, third] = parts;
  if (first === undefined) return null;
  if (kind === 'item') return { kind, sku: first };
  if (kind === 'location') return { kind, code: first };
  if (kind === 'alert') return { kind, id: first };
  if (kind === 'alertRule') return { kind, of: first };
  if (second === undefined) return null;
  if (kind === 'level') return { kind, location: first, sku: second };
  if (kind === 'order') return { kind, location: first, number: second };
  if (kind === 'event') return placeOf(first, second, (partition, offset) => ({ kind, partition, offset }));
  const line = whole(third);
  if (line === null) return null;
  if (kind === 'orderLine' || kind === 'promise') return { kind, location: first, number: second, line };
  if (kind === 'reservation') return { kind, location: first, reference: second, line };
  return kind === 'ledger' ? placeOf(first, second, (partition, offset) => ({ kind, partition, offset, line })) : null;
}

function placeOf(partitionText: string, offsetText: string, make: (partition: number, offset: number) => NodeRef): NodeRef | null {
  const [partition, offset] = [whole(partitionText), whole(offsetText)];
  return partition === null || offset === null ? null : make(partition, offset);
}

function whole(text: string | undefined): number | null {
  const number = text === undefined ? Number.NaN : Number(text);
  return Number.isSafeInteger(number) && number >= 0 ? number : null;
}
