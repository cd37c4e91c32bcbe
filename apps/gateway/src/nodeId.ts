import { assertNever } from '@quayside/contracts';

/** What an opaque id stands for. */
export type NodeRef =
  | { readonly kind: 'item'; readonly sku: string }
  | { readonly kind: 'location'; readonly code: string }
  | { readonly kind: 'level'; readonly location: string; readonly sku: string }
  | { readonly kind: 'ledger'; readonly partition: number; readonly offset: number; readonly line: number }
  | { readonly kind: 'alert'; readonly id: string };

/** Codes and skus have at most 256 characters each (api.md, "Limits"), an alert's id two of them: in base64 of UTF-8 still below. */
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
  if (kind === 'level' && second !== undefined) return { kind, location: first, sku: second };
  if (kind !== 'ledger' || second === undefined || third === undefined) return null;
  const [partition, offset, line] = [Number(first), Number(second), Number(third)];
  return [partition, offset, line].every((part) => Number.isSafeInteger(part) && part >= 0) ? { kind, partition, offset, line } : null;
}
