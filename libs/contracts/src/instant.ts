/** Milliseconds since 1970-01-01T00:00:00Z, a safe integer. All times inside Quayside have this shape; RFC 3339 text is for the wire only. */
export type Instant = number;

/** RFC 3339 in UTC with milliseconds, e.g. `2026-11-22T13:04:05.123Z`. Throws RangeError for a number that is no date. */
export function showInstant(instant: Instant): string {
  return new Date(instant).toISOString();
}

const RFC3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/;

/** The inverse, for texts that the door has checked; null for one that is no time. */
export function instantOf(text: string): Instant | null {
  const instant = RFC3339.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(instant) ? null : instant;
}
