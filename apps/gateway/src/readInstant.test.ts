import { describe, expect, it } from '@jest/globals';
import { readInstant } from './readInstant.js';

describe('an instant', () => {
  it.each([
    ['2026-11-22T13:04:05.123Z', Date.UTC(2026, 10, 22, 13, 4, 5, 123)],
    ['2026-11-22T13:04:05Z', Date.UTC(2026, 10, 22, 13, 4, 5)],
    ['2026-11-22t13:04:05.1z', Date.UTC(2026, 10, 22, 13, 4, 5, 100)],
    ['2026-11-22T13:04:05.123999+02:00', Date.UTC(2026, 10, 22, 11, 4, 5, 123)],
    ['2024-02-29T00:00:00-00:30', Date.UTC(2024, 1, 29, 0, 30)],
  ])('%s is read', (text, instant) => {
    expect(readInstant(text)).toBe(instant);
  });

  it.each([
    '2025-02-30T10:00:00Z',
    '2025-01-01 10:00:00Z',
    '2025-01-01T10:00:00',
    '2025-01-01',
    '2025-13-01T00:00:00Z',
    '2025-01-01T24:00:00Z',
    '2025-01-01T10:60:00Z',
    '2025-01-01T10:00:00+25:00',
    'now',
    '',
  ])('%p is none', (text) => {
    expect(readInstant(text)).toBeNull();
  });
});
