/**
 * A JSON value in its canonical form (RFC 8785, JCS): keys sorted by UTF-16 units, no blanks, numbers and texts as ECMAScript writes
 * them. For values that came out of readJson, so finite numbers and whole texts; fields that are undefined are left out.
 * A property test holds it equal to the package `canonicalize`, which costs over twice as much.
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quote(value);
    case 'number':
      if (!Number.isFinite(value)) throw new RangeError('A number without a JSON form');
      return `${value === 0 ? 0 : value}`;
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? arrayText(value) : objectText(value as Record<string, unknown>);
    default:
      throw new TypeError(`A ${typeof value} has no JSON form`);
  }
}

/** What JSON escapes, and half pairs, which JSON.stringify escapes too. */
// oxlint-disable-next-line no-control-regex -- finding them is its purpose
const NEEDS_ESCAPE = /["\\\u0000-\u001f\ud800-\udfff]/;

/** A text as JSON; nearly every text of ours needs no escape, which one look tells. */
export const quote = (text: string): string => (NEEDS_ESCAPE.test(text) ? JSON.stringify(text) : `"${text}"`);

function arrayText(items: readonly unknown[]): string {
  let text = '[';
  for (let index = 0; index < items.length; index++) text += index === 0 ? canonicalJson(items[index]) : `,${canonicalJson(items[index])}`;
  return `${text}]`;
}

function objectText(object: Readonly<Record<string, unknown>>): string {
  const keys = Object.keys(object);
  sortKeys(keys);
  let text = '';
  for (const key of keys) {
    const value = object[key];
    if (value !== undefined) text += `${text === '' ? '{' : ','}${quote(key)}:${canonicalJson(value)}`;
  }
  return text === '' ? '{}' : `${text}}`;
}

/** Up to this many keys insertion is cheaper than the engine's sort, which copies; an event's objects have about 5. */
const FEW_KEYS = 12;

function sortKeys(keys: string[]): void {
  if (keys.length > FEW_KEYS) {
    keys.sort();
    return;
  }
  for (const [index, key] of keys.entries()) {
    let place = index;
    for (let before = keys[place - 1]; before !== undefined && before > key; before = keys[place - 1]) keys[place--] = before;
    keys[place] = key;
  }
}
