import { describe, expect, it } from '@jest/globals';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { canonicalJson } from './canonicalJson.js';

/** Everything JSON can hold, with keys and texts over all of Unicode (whole characters only: half pairs never pass the door). */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme-ascii' }),
  fc.constantFrom('', '"', '\\', '\u2028', 'é', '10', '9', '€😀', '__proto'),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.maxSafeInteger(),
    text,
    tie('list'),
    tie('object'),
  ),
  list: fc.array(tie('value'), { maxLength: 5 }),
  object: fc.dictionary(text, tie('value'), { maxKeys: 20 }),
}));

describe('canonicalJson', () => {
  it('writes the same as the package canonicalize, whatever the value', () => {
    fc.assert(
      fc.property(value, (given) => {
        expect(canonicalJson(given)).toBe(canonicalize(given));
      }),
      { numRuns: 1_000 },
    );
  });

  it('writes the example of RFC 8785', () => {
    const given = JSON.parse(
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
    );
    expect(canonicalJson(given)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('leaves out what is undefined, and writes minus zero as 0', () => {
    expect(canonicalJson({ b: undefined, a: -0, c: [] })).toBe('{"a":0,"c":[]}');
    expect(canonicalJson({ b: undefined })).toBe('{}');
  });

  it.each([Number.NaN, Infinity, undefined, () => 1])('refuses %p, which JSON cannot hold', (given) => {
    expect(() => canonicalJson(given)).toThrow();
  });
});
