import { refusal } from '../refusal.js';
import { decodeNodeId, type NodeRef } from '../nodeId.js';
import { PAGE_MAX } from '../document/limits.js';

/** Most values that one list in a filter may have. */
const FILTER_LIST_MAX = PAGE_MAX;
/** Longest sku, code or beginning of one (api.md, "Limits"). */
export const CODE_CHARACTERS_MAX = 256;

/** An input object as the executor gives it: coerced, so that its values have the types of the SDL. */
export type Given = Readonly<Record<string, unknown>>;

export const asGiven = (value: unknown): Given => (typeof value === 'object' && value !== null ? { ...value } : {});

/** A list of texts; null where absent. Throws BAD_USER_INPUT over FILTER_LIST_MAX. */
export function listOf(given: Given, name: string): readonly string[] | null {
  const value = given[name];
  if (!Array.isArray(value)) return null;
  if (value.length > FILTER_LIST_MAX)
    throw refusal('BAD_USER_INPUT', `\`${name}\` has ${value.length} values; at most ${FILTER_LIST_MAX} are served`, { argument: name, max: FILTER_LIST_MAX });
  return value.map(String);
}

/** A list of enum values, each of which is one of `allowed` by the SDL. */
export function choicesOf<T extends string>(given: Given, name: string, allowed: readonly T[]): readonly T[] | null {
  const values = listOf(given, name);
  return values === null ? null : allowed.filter((choice) => values.includes(choice));
}

export const numberOf = (given: Given, name: string): number | null => (typeof given[name] === 'number' ? given[name] : null);
export const flagOf = (given: Given, name: string): boolean | null => (typeof given[name] === 'boolean' ? given[name] : null);
export const textOf = (given: Given, name: string): string | null => (typeof given[name] === 'string' ? given[name] : null);

/** Skus named by ids and by themselves; both given: those in both. Throws BAD_USER_INPUT for an id of something else. */
export function skusOf(given: Given): readonly string[] | null {
  const named = listOf(given, 'skus');
  const byId = listOf(given, 'itemIds')?.map((id) => refOfKind(id, { name: 'itemIds', kind: 'item' }).sku);
  if (byId === undefined) return named;
  return named === null ? byId : byId.filter((sku) => named.includes(sku));
}

/** Codes named by ids. Throws BAD_USER_INPUT for an id of something else. */
export function locationsOf(given: Given): readonly string[] | null {
  return listOf(given, 'locationIds')?.map((id) => refOfKind(id, { name: 'locationIds', kind: 'location' }).code) ?? null;
}

function refOfKind<Kind extends NodeRef['kind']>(id: string, { name, kind }: { name: string; kind: Kind }): Extract<NodeRef, { kind: Kind }> {
  const ref = decodeNodeId(id);
  if (ref !== null && isOfKind(ref, kind)) return ref;
  throw refusal('BAD_USER_INPUT', `\`${name}\` holds an id of something else`, { argument: name });
}

const isOfKind = <Kind extends NodeRef['kind']>(ref: NodeRef, kind: Kind): ref is Extract<NodeRef, { kind: Kind }> => ref.kind === kind;

/**
 * The one key of a `@oneOf` reference. graphql-jit does not enforce `@oneOf` for variables, so it is insisted on here too.
 * Throws BAD_USER_INPUT unless exactly one key is there; answers null for an id that names nothing of this kind.
 */
export function pickSku(ref: unknown): string | null {
  const [name, value] = pick(ref);
  if (name !== 'id') return value;
  const node = decodeNodeId(value);
  return node?.kind === 'item' ? node.sku : null;
}

/** As pickSku, for a location's code. */
export function pickCode(ref: unknown): string | null {
  const [name, value] = pick(ref);
  if (name !== 'id') return value;
  const node = decodeNodeId(value);
  return node?.kind === 'location' ? node.code : null;
}

function pick(ref: unknown): readonly [name: string, value: string] {
  const entries = Object.entries(asGiven(ref));
  const [first] = entries;
  if (first === undefined || entries.length !== 1 || typeof first[1] !== 'string') throw refusal('BAD_USER_INPUT', 'A reference takes exactly one key');
  return [first[0], first[1]];
}
