const HOUR_MS = 3_600_000;

/** What the curve can show. */
export const WINDOWS = [
  { name: '1h', label: '1 h', lengthMs: HOUR_MS },
  { name: '24h', label: '24 h', lengthMs: 24 * HOUR_MS },
  { name: '7d', label: '7 days', lengthMs: 7 * 24 * HOUR_MS },
  { name: '30d', label: '30 days', lengthMs: 30 * 24 * HOUR_MS },
  { name: '90d', label: '90 days', lengthMs: 90 * 24 * HOUR_MS },
] as const;

/** Milliseconds since 1970; `toMs` is not included. */
export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The window of that name that ends with the minute after now; the day's, where there is none of that name. */
export function windowOf(name: string, nowMs: number): TimeRange {
  const lengthMs = WINDOWS.find((window) => window.name === name)?.lengthMs ?? 24 * HOUR_MS;
  const toMs = Math.ceil(nowMs / 60_000) * 60_000;
  return { fromMs: toMs - lengthMs, toMs };
}

/** What `<input type="datetime-local">` takes: local time without a zone, to the second. */
export function localText(atMs: number): string {
  const at = new Date(atMs);
  return new Date(atMs - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
