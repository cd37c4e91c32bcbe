import { isDeepStrictEqual } from 'node:util';

/** Where subject and oracle part. */
export interface Discrepancy {
  /** Kind of the difference: a shrunk history has to fail in the same way. */
  readonly check: string;
  /** In words, with what was expected and what was found. */
  readonly detail: string;
}

/** Looks for a difference of one kind; null where there is none. */
export function differs(check: string, { subject, what }: { readonly subject: unknown; readonly what: string }, expected: unknown): Discrepancy | null {
  if (isDeepStrictEqual(subject, expected)) return null;
  const [is, should] = [canonical(subject), canonical(expected)];
  return is === should ? null : { check, detail: `${what}: expected ${should}, got ${is}` };
}

/** The first difference of a list of looks, each looked at only when those before found nothing. */
export function firstOf(looks: Iterable<() => Discrepancy | null>): Discrepancy | null {
  for (const look of looks) {
    const found = look();
    if (found !== null) return found;
  }
  return null;
}

/** JSON with sorted keys. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, each: unknown) =>
      typeof each === 'object' && each !== null && !Array.isArray(each) ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1))) : each,
    ) ?? 'nothing'
  );
}
