import type { Instant } from '@quayside/contracts';
import type { ProblemCode } from './problems.js';

export type TimeReading =
  { readonly kind: 'instant'; readonly instant: Instant } | { readonly kind: 'refused'; readonly code: ProblemCode; readonly detail: string };

const TIME = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;
const WITHOUT_ZONE = /^\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?$/;
const DAY = /^(\d{4})-(\d\d)-(\d\d)$/;

/** The Gregorian calendar repeats after 400 years of this length; Date.UTC reads years below 100 as 19xx, so we ask 400 years later. */
const CYCLE_YEARS = 400;
const CYCLE_MS = 146_097 * 86_400_000;

/**
 * Reads an RFC 3339 time with its zone. Digits below a millisecond are cut off. Days and hours that do not exist are
 * refused, never rolled over (`new Date('2025-02-30')` is 2 March); leap seconds too, since no instant of ours can show them.
 */
export function readInstant(text: string): TimeReading {
  const match = TIME.exec(text);
  if (match === null) return refuse(text);
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [number, number, number, number, number, number];
  const offsetHours = Number(match[9] ?? 0);
  const offsetMinutes = Number(match[10] ?? 0);
  const exists = isDay(year, month, day) && hour <= 23 && minute <= 59 && second <= 59 && offsetHours <= 23 && offsetMinutes <= 59;
  if (!exists) return { kind: 'refused', code: 'no-such-date', detail: 'the calendar has no such day, or the day no such time' };
  const milliseconds = Number((match[7] ?? '').slice(0, 3).padEnd(3, '0'));
  const local = Date.UTC(year + CYCLE_YEARS, month - 1, day, hour, minute, second, milliseconds) - CYCLE_MS;
  const offsetMs = (offsetHours * 60 + offsetMinutes) * 60_000;
  return { kind: 'instant', instant: match[8] === '-' ? local + offsetMs : local - offsetMs };
}

/** Whether a text is an existing day (`2027-03-31`) or an RFC 3339 time: what `expiresAt` of a lot may be. */
export function isDayOrInstant(text: string): boolean {
  const match = DAY.exec(text);
  return match === null ? isInstant(text) : isDay(Number(match[1]), Number(match[2]), Number(match[3]));
}

export const isInstant = (text: string): boolean => readInstant(text).kind === 'instant';

function refuse(text: string): TimeReading {
  return WITHOUT_ZONE.test(text)
    ? { kind: 'refused', code: 'time-without-zone', detail: 'the time names no zone, so it names no instant' }
    : { kind: 'refused', code: 'not-a-time', detail: 'the text is no RFC 3339 time' };
}

function isDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  return day <= days;
}
