import type { z } from 'zod';
import type { ProblemCode } from './problems.js';

/**
 * Rules about data that JSON Schema cannot say. Each has a keyword that our validator knows and others take for a remark, and the same
 * check for zod, which names the place; a property test holds that both decide alike.
 */
export const DIFFERENT_KEYWORD = 'x-different';
/** A count observes each (sku, bucket, lot) once. */
export const COUNTED_ONCE_KEYWORD = 'x-counted-once';
/** A number identifies a line; lines without one are numbered by their place. */
export const LINE_ONCE_KEYWORD = 'x-line-once';

/** Keywords with what they check, by the type of JSON value that they stand at. The value of a schema's keyword is handed on. */
export const RULES: readonly {
  readonly keyword: string;
  readonly type: 'object' | 'array';
  readonly holds: (schema: unknown, data: unknown) => boolean;
}[] = [
  { keyword: DIFFERENT_KEYWORD, type: 'object', holds: (names, data) => Array.isArray(names) && isObject(data) && differ(names, data) },
  { keyword: COUNTED_ONCE_KEYWORD, type: 'array', holds: (_on, lines) => Array.isArray(lines) && repeatedAt(lines, countedKey) === null },
  { keyword: LINE_ONCE_KEYWORD, type: 'array', holds: (_on, lines) => Array.isArray(lines) && repeatedAt(lines, lineNumberOf) === null },
];

/** For superRefine of the lines of a count; goes with COUNTED_ONCE_KEYWORD. */
export const eachCountedOnce = eachOnce('counted-twice', countedKey);
/** For superRefine of numbered lines; goes with LINE_ONCE_KEYWORD. */
export const eachLineOnce = eachOnce('line-twice', lineNumberOf);

type KeyOf = (line: unknown, index: number) => string | number | null;

function eachOnce(problem: ProblemCode, keyOf: KeyOf): (lines: readonly unknown[], context: z.RefinementCtx) => void {
  return (lines, context) => {
    const index = repeatedAt(lines, keyOf);
    if (index !== null) context.addIssue({ code: 'custom', path: [index], params: { problem } });
  };
}

/** Place of the first line whose key an earlier one has; null where there is none. Lines without a key are refused by their own schema. */
function repeatedAt(lines: readonly unknown[], keyOf: KeyOf): number | null {
  const seen = new Set<string | number>();
  for (const [index, line] of lines.entries()) {
    const key = keyOf(line, index);
    if (key === null) continue;
    if (seen.has(key)) return index;
    seen.add(key);
  }
  return null;
}

function countedKey(line: unknown): string | null {
  if (!isObject(line)) return null;
  const { sku, bucket = 'sellable', lot = null } = line;
  return JSON.stringify([sku, bucket, lot]);
}

function lineNumberOf(line: unknown, index: number): number | null {
  if (!isObject(line)) return null;
  const { line: number = index + 1 } = line;
  return typeof number === 'number' ? number : null;
}

const differ = ([one, other]: readonly unknown[], data: Readonly<Record<string, unknown>>): boolean => data[String(one)] !== data[String(other)];

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
