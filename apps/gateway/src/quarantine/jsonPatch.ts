import { assertNever } from '@quayside/contracts';

/** What applying a patch came to: the new document, or why nothing was changed. `at`: index of the operation; null where the patch is no list of operations. */
export type Patched = { readonly kind: 'patched'; readonly document: unknown } | { readonly kind: 'refused'; readonly at: number | null; readonly why: string };

/** Operations of one patch: a correction by hand has a few. */
const OPERATIONS_MAX = 250;
const OPERATION_NAMES = ['add', 'remove', 'replace', 'move', 'copy', 'test'] as const;
type OperationName = (typeof OPERATION_NAMES)[number];
interface Operation {
  readonly op: OperationName;
  readonly path: readonly string[];
  readonly from: readonly string[];
  readonly value: unknown;
}
/** Members that ingest refuses too: to set them would be to set something else. */
const FORBIDDEN_MEMBERS = new Set(['__proto__', 'constructor', 'prototype']);

/** Thrown inside for an operation that cannot be applied; never leaves this file. */
class PatchFault extends Error {
  readonly code = 'PATCH';
}

/** Applies an RFC 6902 patch, whole or not at all; the document given stays as it is. Unknown members of an operation are ignored, as the RFC says. */
export function applyJsonPatch(document: unknown, patch: unknown): Patched {
  if (!Array.isArray(patch)) return { kind: 'refused', at: null, why: 'A JSON Patch is a list of operations (RFC 6902)' };
  if (patch.length > OPERATIONS_MAX) return { kind: 'refused', at: null, why: `A patch has at most ${OPERATIONS_MAX} operations` };
  let current: unknown = structuredClone(document);
  for (const [at, given] of patch.entries()) {
    try {
      current = applyOperation(current, readOperation(given));
    } catch (cause) {
      if (cause instanceof Error && 'code' in cause && cause.code === 'PATCH') return { kind: 'refused', at, why: cause.message };
      throw cause;
    }
  }
  return { kind: 'patched', document: current };
}

function readOperation(given: unknown): Operation {
  if (!isObject(given)) throw new PatchFault('An operation is an object');
  const op = OPERATION_NAMES.find((name) => name === given['op']);
  if (op === undefined) throw new PatchFault(`\`op\` is one of ${OPERATION_NAMES.join(', ')}`);
  const takesValue = op === 'add' || op === 'replace' || op === 'test';
  if (takesValue && !Object.hasOwn(given, 'value')) throw new PatchFault(`${op} needs a \`value\``);
  const from = op === 'move' || op === 'copy' ? readPointer(given['from'], 'from') : [];
  return { op, path: readPointer(given['path'], 'path'), from, value: given['value'] };
}

/** Tokens of an RFC 6901 pointer: `` is the whole document. */
function readPointer(pointer: unknown, name: string): readonly string[] {
  if (typeof pointer !== 'string' || (pointer !== '' && !pointer.startsWith('/')) || /~(?![01])/.test(pointer))
    throw new PatchFault(`\`${name}\` is a JSON Pointer (RFC 6901): empty, or parts that begin with /`);
  const tokens = pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  const forbidden = tokens.find((token) => FORBIDDEN_MEMBERS.has(token));
  if (forbidden !== undefined) throw new PatchFault(`No document has a member ${forbidden}`);
  return tokens;
}

function applyOperation(document: unknown, { op, path, from, value }: Operation): unknown {
  switch (op) {
    case 'add':
      return add(document, path, structuredClone(value));
    case 'remove':
      return remove(document, path);
    case 'replace':
      find(document, path);
      return path.length === 0 ? structuredClone(value) : add(remove(document, path), path, structuredClone(value));
    case 'copy':
      return add(document, path, structuredClone(find(document, from)));
    case 'move': {
      if (from.length < path.length && from.every((token, index) => token === path[index])) throw new PatchFault('A value cannot be moved into itself');
      const moved = find(document, from);
      return path.length === from.length && from.every((token, index) => token === path[index]) ? document : add(remove(document, from), path, moved);
    }
    case 'test':
      if (!isEqual(find(document, path), value)) throw new PatchFault(`The value at ${show(path)} is another one`);
      return document;
    default:
      return assertNever(op);
  }
}

function add(document: unknown, path: readonly string[], value: unknown): unknown {
  const { parent, token } = parentOf(document, path);
  if (token === null) return value;
  if (Array.isArray(parent)) parent.splice(token === '-' ? parent.length : indexOf(token, parent.length, path), 0, value);
  else parent[token] = value;
  return document;
}

function remove(document: unknown, path: readonly string[]): unknown {
  find(document, path);
  const { parent, token } = parentOf(document, path);
  if (token === null) throw new PatchFault('The whole document cannot be removed');
  if (Array.isArray(parent)) parent.splice(Number(token), 1);
  else delete parent[token];
  return document;
}

/** The value at a path; throws PatchFault where there is none. */
function find(document: unknown, path: readonly string[]): unknown {
  let value = document;
  for (const [depth, token] of path.entries()) {
    if (Array.isArray(value)) value = value[indexOf(token, value.length - 1, path.slice(0, depth + 1))] as unknown;
    else if (isObject(value) && Object.hasOwn(value, token)) value = value[token];
    else throw new PatchFault(`There is nothing at ${show(path.slice(0, depth + 1))}`);
  }
  return value;
}

function parentOf(document: unknown, path: readonly string[]): { readonly parent: Record<string, unknown> | unknown[]; readonly token: string | null } {
  const token = path[path.length - 1];
  if (token === undefined) return { parent: {}, token: null };
  const parent = find(document, path.slice(0, -1));
  if (!Array.isArray(parent) && !isObject(parent)) throw new PatchFault(`${show(path.slice(0, -1))} is no object and no list`);
  return { parent, token };
}

function indexOf(token: string, max: number, path: readonly string[]): number {
  const index = /^(?:0|[1-9]\d{0,8})$/.test(token) ? Number(token) : Number.NaN;
  if (Number.isNaN(index)) throw new PatchFault(`${show(path)} is a place in a list: a whole number from 0 is expected`);
  if (index > max) throw new PatchFault(`There is nothing at ${show(path)}`);
  return index;
}

/** Equality of JSON values: members in any order, numbers by value. */
function isEqual(a: unknown, b: unknown): boolean {
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((value, index) => isEqual(value, b[index]));
  if (!isObject(a)) return a === b;
  if (!isObject(b)) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && isEqual(a[name], b[name]));
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const show = (path: readonly string[]): string =>
  path.length === 0 ? 'the whole document' : `/${path.map((token) => token.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`;
