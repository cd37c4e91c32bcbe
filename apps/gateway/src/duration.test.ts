import { expect, it } from '@jest/globals';
import { showDuration } from './duration.js';

it.each([
  [0, 'PT0S'],
  [1_500, 'PT1.5S'],
  [61_000, 'PT1M1S'],
  [26 * 3_600_000, 'PT26H'],
  [3_600_001, 'PT1H0.001S'],
  [-300_000, '-PT5M'],
])('%p ms are shown as %s', (milliseconds, shown) => {
  expect(showDuration(milliseconds)).toBe(shown);
});
