import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fingerprintOf } from './fingerprint.js';

describe('a fingerprint', () => {
  it('is kind, location and sku', () => {
    expect(fingerprintOf('LOW_STOCK', { location: 'DC-1', sku: '10002' })).toBe('LOW_STOCK|DC-1|10002');
  });

  it('differs for different levels, also where codes hold the separator', () => {
    const code = fc.string({ unit: fc.constantFrom('a', '|', '%', '7', 'C', '2', '5'), maxLength: 6 });
    const level = fc.record({ location: code, sku: code });
    fc.assert(
      fc.property(level, level, (a, b) => {
        const same = a.location === b.location && a.sku === b.sku;
        expect(fingerprintOf('LOW_STOCK', a) === fingerprintOf('LOW_STOCK', b)).toBe(same);
      }),
    );
  });
});
