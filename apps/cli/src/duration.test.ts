import { describe, expect, it } from '@jest/globals';
import { showDuration } from './duration.js';

describe('a duration for a person', () => {
  it.each([
    [87, '87 ms'],
    [9_999, '9999 ms'],
    [12_390, '12.3 s'],
    [59_999, '59.9 s'],
    [125_000, '2 min 5 s'],
    [71_857_159, '19 h 57 min'],
    [200_000_000, '2 d 7 h'],
  ])('of %i ms is %s', (durationMs, text) => {
    expect(showDuration(durationMs)).toBe(text);
  });
});
