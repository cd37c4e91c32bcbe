import { describe, expect, it } from '@jest/globals';
import { targetRow } from './targetRow.js';

const place = { current: 5, page: 10, last: 20 };

describe('targetRow', () => {
  it.each([
    ['ArrowDown', 6],
    ['ArrowUp', 4],
    ['PageDown', 15],
    ['PageUp', 0],
    ['Home', 0],
    ['End', 20],
    ['Tab', null],
  ])('follows %s', (key, target) => {
    expect(targetRow(key, place)).toBe(target);
  });

  it('begins with the first row, ends with the last, and stays where there is none', () => {
    expect(targetRow('ArrowDown', { ...place, current: -1 })).toBe(0);
    expect(targetRow('ArrowDown', { ...place, current: 20 })).toBe(20);
    expect(targetRow('End', { current: -1, page: 1, last: -1 })).toBeNull();
  });
});
