import { usageFault } from './fault.js';

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of `90s`, `15m`, `24h`, `30d`. Throws a usage fault for anything else. */
export function readDuration(option: string, text: string): number {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const unitMs = UNITS[unit ?? ''];
  if (count === undefined || unitMs === undefined)
    throw usageFault(`${option} ${text} makes no sense`, 'it is no duration', 'Write a whole number with a unit: 90s, 15m, 24h or 30d.');
  return Number(count) * unitMs;
}

/** When something ends: a duration from `now` on, or an RFC 3339 time. RFC 3339 in UTC. Throws a usage fault for anything else, and for what is past. */
export function readEnd(option: string, text: string, now: number): string {
  const isTime = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text);
  const endsAt = isTime ? Date.parse(text) : now + readDuration(option, text);
  if (Number.isNaN(endsAt) || endsAt <= now)
    throw usageFault(
      `${option} ${text} makes no sense`,
      'that time is past, or does not exist',
      'Write a time to come (2027-03-31T00:00:00Z) or a duration (90d).',
    );
  return new Date(endsAt).toISOString();
}

const MS_SHOWN_MAX = 10_000;

/** A duration for a person: `87 ms`, `12.3 s`, then its two largest units, `19 h 57 min`. Cut, never rounded up: nothing is said to have taken longer than it did. */
export function showDuration(durationMs: number): string {
  if (durationMs < MS_SHOWN_MAX) return `${durationMs} ms`;
  if (durationMs < 60_000) return `${(Math.floor(durationMs / 100) / 10).toFixed(1)} s`;
  const [seconds, minutes, hours] = [Math.floor(durationMs / 1_000), Math.floor(durationMs / 60_000), Math.floor(durationMs / 3_600_000)];
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  if (hours < 24) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
