import { describe, expect, it } from '@jest/globals';
import { deltaText, quantityText, readTypedQuantity } from './quantityText.js';

describe('quantityText and deltaText', () => {
  it('part thousands and use a minus sign', () => {
    expect([quantityText(12345), quantityText(-6), deltaText(3), deltaText(-3)]).toEqual(['12,345', '−6', '+3', '−3']);
  });
});

describe('readTypedQuantity', () => {
  it.each([
    ['40', { kind: 'quantity', quantity: 40 }],
    [' 1,200 ', { kind: 'quantity', quantity: 1200 }],
    ['−5', { kind: 'quantity', quantity: -5 }],
    ['', { kind: 'none' }],
  ])('reads %j', (typed, read) => {
    expect(readTypedQuantity(typed)).toEqual(read);
  });

  it.each(['4.5', 'ten', '1e3', '99999999999999999999'])('says what is wrong with %j', (typed) => {
    expect(readTypedQuantity(typed).kind).toBe('fault');
  });
});
