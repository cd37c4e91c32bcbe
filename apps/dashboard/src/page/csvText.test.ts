import { describe, expect, it } from '@jest/globals';
import { csvText } from './csvText.js';

describe('csvText', () => {
  it('puts what has commas, quotes or line ends between quotes', () => {
    expect(csvText(['sku', 'note'], [['A-1', 'a "big", one\nof two']])).toBe('sku,note\r\nA-1,"a ""big"", one\nof two"\r\n');
  });

  it.each([['=1+1'], ['+1'], ['-2'], ['@SUM(A1)'], ['\tx'], ['\rx']])('takes the formula out of %j', (text) => {
    expect(csvText(['sku'], [[text]])).toMatch(/^sku\r\n"?'/);
  });

  it('leaves numbers alone, negative ones too', () => {
    expect(csvText(['n'], [[-3], [0], [12]])).toBe('n\r\n-3\r\n0\r\n12\r\n');
  });
});
