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
  const instant = plainInstant(text);
  if (instant !== null) return { kind: 'instant', instant };
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

/** How nearly every sender writes: whole seconds or milliseconds, in UTC, after 2000. */
const PLAIN_LENGTH = 20;
const MILLISECONDS_LENGTH = 24;

/** Reads the plain form without the pattern, at a fifth of its cost; null where the text is anything else, so the slow way decides. */
function plainInstant(text: string): Instant | null {
  if (text.length !== PLAIN_LENGTH && text.length !== MILLISECONDS_LENGTH) return null;
  const has = (at: number, code: string): boolean => text.charCodeAt(at) === code.charCodeAt(0);
  if (!has(4, '-') || !has(7, '-') || !has(10, 'T') || !has(13, ':') || !has(16, ':') || !has(text.length - 1, 'Z')) return null;
  const year = digits(text, 0, 4);
  const [month, day, hour, minute, second] = [digits(text, 5, 7), digits(text, 8, 10), digits(text, 11, 13), digits(text, 14, 16), digits(text, 17, 19)];
  const milliseconds = text.length === PLAIN_LENGTH ? 0 : has(19, '.') ? digits(text, 20, 23) : -1;
  // Digits that are none give −1, and the first 28 days need no calendar.
  if (
    year < 2000 ||
    month < 1 ||
    month > 12 ||
    day < 1 ||
    day > 28 ||
    hour < 0 ||
    hour > 23 ||
    minute < 0 ||
    minute > 59 ||
    second < 0 ||
    second > 59 ||
    milliseconds < 0
  )
    return null;
  return Date.UTC(year, month - 1, day, hour, minute, second, milliseconds);
}

/** The number that the characters of [from, to) write; −1 where one is no digit. */
function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
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
