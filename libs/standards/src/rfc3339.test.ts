import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isDayOrInstant, readInstant } from './rfc3339.js';

describe('readInstant', () => {
  it.each([
    ['UTC', '2026-11-22T13:04:05Z', '2026-11-22T13:04:05.000Z'],
    ['an offset', '2026-11-22T13:04:05+01:00', '2026-11-22T12:04:05.000Z'],
    ['an offset to the west', '2026-11-22T23:04:05-02:30', '2026-11-23T01:34:05.000Z'],
    ['small letters', '2026-11-22t13:04:05z', '2026-11-22T13:04:05.000Z'],
    ['digits below a millisecond, cut off', '2026-11-22T13:04:05.123999Z', '2026-11-22T13:04:05.123Z'],
    ['a leap day', '2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['a year below 100', '0050-01-01T00:00:00Z', '0050-01-01T00:00:00.000Z'],
  ])('takes %s', (_case, text, instant) => {
    expect(readInstant(text)).toEqual({ kind: 'instant', instant: Date.parse(instant) });
  });

  it.each([
    ['30 February', '2025-02-30T10:00:00Z', 'no-such-date'],
    ['29 February of a plain year', '2025-02-29T10:00:00Z', 'no-such-date'],
    ['29 February 1900', '1900-02-29T10:00:00Z', 'no-such-date'],
    ['31 April', '2025-04-31T10:00:00Z', 'no-such-date'],
    ['month 13', '2025-13-01T10:00:00Z', 'no-such-date'],
    ['hour 24', '2025-01-01T24:00:00Z', 'no-such-date'],
    ['second 60', '2016-12-31T23:59:60Z', 'no-such-date'],
    ['an offset of 24 hours', '2025-01-01T10:00:00+24:00', 'no-such-date'],
    ['no zone', '2025-01-01T10:00:00', 'time-without-zone'],
    ['no zone and a blank', '2025-01-01 10:00', 'time-without-zone'],
    ['a day only', '2025-01-01', 'time-without-zone'],
    ['words', 'yesterday', 'not-a-time'],
    ['another order', '01/02/2025 10:00', 'not-a-time'],
    ['a blank with a zone', '2025-01-01 10:00:00Z', 'not-a-time'],
    ['digits of another script', '２０２５-01-01T10:00:00Z', 'not-a-time'],
  ])('refuses %s', (_case, text, code) => {
    expect(readInstant(text)).toMatchObject({ kind: 'refused', code });
  });

  it('reads every instant back from its ISO text', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true }), (date) => {
        expect(readInstant(date.toISOString())).toEqual({ kind: 'instant', instant: date.getTime() });
      }),
    );
  });
});

it('reads the plain form as it reads the same instant with an offset of zero', () => {
  const character = fc.constantFrom(...Array.from('0123456789-T:.Z t9'));
  const date = fc.date({ min: new Date('1995-01-01T00:00:00Z'), max: new Date('2040-01-01T00:00:00Z'), noInvalidDate: true }).map((each) => each.toISOString());
  fc.assert(
    fc.property(date, fc.boolean(), fc.nat(22), character, (iso, isShort, place, instead) => {
      const whole = isShort ? `${iso.slice(0, 19)}Z` : iso;
      const text = `${whole.slice(0, place)}${instead}${whole.slice(place + 1, -1)}Z`;
      expect(readInstant(text)).toEqual(readInstant(text.replace(/Z$/, '+00:00')));
    }),
    { numRuns: 2_000 },
  );
});

describe('isDayOrInstant', () => {
  it.each([
    ['2027-03-31', true],
    ['2027-03-31T00:00:00Z', true],
    ['2027-02-29', false],
    ['2027-03', false],
    ['', false],
  ])('of %j is %j', (text, expected) => {
    expect(isDayOrInstant(text)).toBe(expected);
  });
});
