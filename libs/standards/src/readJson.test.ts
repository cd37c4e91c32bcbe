import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { KEYS_MAX, NESTING_MAX, readJson, type JsonFault } from './readJson.js';
import { TEXT_BYTES_MAX } from './textFault.js';

/** The first fault of a text, whichever way it is told. */
function faultOf(text: string): JsonFault | undefined {
  const reading = readJson(text);
  return reading.kind === 'unreadable' ? reading.fault : reading.faults[0];
}

const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
const keyed = (count: number): string => `{${Array.from({ length: count }, (_, index) => `"k${index}":1`).join(',')}}`;

describe('readJson refuses', () => {
  it.each([
    ['a text that was cut', '{"specversion":"1.0"', 'malformed-json', []],
    ['a text that goes on', '{} {}', 'malformed-json', []],
    ['a cut string', '"abc', 'malformed-json', []],
    ['a cut escape', '"\\u12"', 'malformed-json', []],
    ['an unknown escape', '"\\x"', 'malformed-json', []],
    ['a raw line break in a string', '"a\nb"', 'malformed-json', []],
    ['a raw line break after an escape', '"\\t\n"', 'malformed-json', []],
    ['a trailing comma', '[1,]', 'malformed-json', []],
    ['a key without quotes', '{a:1}', 'malformed-json', []],
    ['single quotes', "{'a':1}", 'malformed-json', []],
    ['a leading zero', '[01]', 'malformed-json', []],
    ['a leading plus', '[+1]', 'malformed-json', []],
    ['a bare minus', '[-]', 'malformed-json', []],
    ['a fraction without digits', '[1.]', 'malformed-json', []],
    ['NaN', '[NaN]', 'malformed-json', []],
    ['a misspelt literal', '[nul]', 'malformed-json', []],
    ['a duplicate key', '{"data":{"quantity":1,"quantity":1}}', 'duplicate-key', ['data', 'quantity']],
    ['a duplicate key in another spelling', '{"a":1,"\\u0061":2}', 'duplicate-key', ['a']],
    ['__proto__', '{"__proto__":{"admin":true}}', 'forbidden-key', ['__proto__']],
    ['__proto__ in disguise', '{"\\u005f_proto__":1}', 'forbidden-key', ['__proto__']],
    ['constructor', '{"a":{"constructor":1}}', 'forbidden-key', ['a', 'constructor']],
    ['prototype', '{"prototype":1}', 'forbidden-key', ['prototype']],
    ['__defineGetter__', '{"__defineGetter__":1}', 'forbidden-key', ['__defineGetter__']],
    ['an escaped NUL', '{"a":["x","\\u0000"]}', 'control-character', ['a', 1]],
    ['an escaped line break', '{"a":"\\n"}', 'control-character', ['a']],
    ['DEL', '{"a":"\u007f"}', 'control-character', ['a']],
    ['a control character in a key', '{"a":{"\\u0001":1}}', 'control-character', ['a']],
    ['a lone high surrogate', '{"a":"\\ud800"}', 'not-well-formed', ['a']],
    ['a lone low surrogate', '{"a":"\\udc00x"}', 'not-well-formed', ['a']],
    ['swapped surrogates', '{"a":"\\udc00\\ud800"}', 'not-well-formed', ['a']],
    ['an integer beyond a double', '{"q":9007199254740993}', 'number-out-of-range', ['q']],
    ['a number that becomes infinite', '{"q":1e400}', 'number-out-of-range', ['q']],
    ['a long exponent', '{"q":1e100000}', 'number-out-of-range', ['q']],
    ['a number that becomes zero', '{"q":1e-400}', 'number-not-exact', ['q']],
    ['more digits than a double keeps', '{"q":0.12345678901234567890}', 'number-not-exact', ['q']],
    ['a fraction that is rounded away', '{"q":9007199254740991.4}', 'number-not-exact', ['q']],
    ['a string over the limit', JSON.stringify({ a: 'x'.repeat(TEXT_BYTES_MAX + 1) }), 'too-long', ['a']],
    ['a string over the limit in bytes only', JSON.stringify({ a: 'é'.repeat(TEXT_BYTES_MAX / 2 + 1) }), 'too-long', ['a']],
    ['one level too many', nested(NESTING_MAX + 1), 'too-deep', Array(NESTING_MAX).fill(0)],
    ['a text that is nothing but depth', '['.repeat(1_000_000), 'too-deep', Array(NESTING_MAX).fill(0)],
    ['one key too many', keyed(KEYS_MAX + 1), 'too-many-keys', [`k${KEYS_MAX}`]],
  ])('%s', (_case, text, code, path) => {
    expect(faultOf(text)).toMatchObject({ code, path });
  });
});

describe('readJson takes', () => {
  it.each([
    ['an exponent that comes out whole', '1e3', 1000],
    ['minus zero as zero', '-0', 0],
    ['the largest safe integer', '9007199254740991', 9007199254740991],
    ['trailing zeros', '1.500', 1.5],
    ['a fraction', '-0.1', -0.1],
    ['a zero with an exponent', '0e99999', 0],
    ['all levels there may be', nested(NESTING_MAX), JSON.parse(nested(NESTING_MAX))],
    ['as many keys as there may be', keyed(KEYS_MAX), JSON.parse(keyed(KEYS_MAX))],
    ['a string of the full length', JSON.stringify('x'.repeat(TEXT_BYTES_MAX)), 'x'.repeat(TEXT_BYTES_MAX)],
    ['a pair of surrogates', '"\\ud83d\\ude00"', '😀'],
    ['keys that objects inherit', '{"toString":1,"hasOwnProperty":2}', { toString: 1, hasOwnProperty: 2 }],
    ['blanks everywhere', ' {\t"a" :\r\n [ 1 , 2 ] } ', { a: [1, 2] }],
  ])('%s', (_case, text, value) => {
    const reading = readJson(text);
    expect(reading).toEqual({ kind: 'read', faults: [], value, spans: expect.anything() });
  });

  it('a hostile key without touching any prototype', () => {
    readJson('{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}');
    expect(({} as { admin?: unknown }).admin).toBeUndefined();
  });
});

describe('readJson', () => {
  it('tells one fault of each element of a list, and reads on behind it', () => {
    const reading = readJson('[{"a":1,"a":2,"b":"\\u0000"},{"a":1},{"q":1e999},5]');
    expect(reading).toMatchObject({
      kind: 'read',
      faults: [
        { code: 'duplicate-key', path: [0, 'a'] },
        { code: 'number-out-of-range', path: [2, 'q'] },
      ],
    });
  });

  it('tells where each element of a list stands', () => {
    const text = '[ {"a":[1,2]} ,"x", 3 ]';
    const reading = readJson(text);
    const spans = reading.kind === 'read' ? reading.spans : [];
    expect([0, 2, 4].map((at) => text.slice(spans[at], spans[at + 1]))).toEqual(['{"a":[1,2]}', '"x"', '3']);
  });

  it('tells line and column of a broken text', () => {
    expect(faultOf('{\n  "a": ?\n}')?.detail).toBe('line 2, column 8: a value should be here');
  });

  it('reads what JSON.parse reads, to the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.nat(3), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const reading = readJson(text);
        if (reading.kind === 'unreadable') throw new Error(reading.fault.detail);
        // Texts with a fault are refused by the caller; where there is none, the value has to be the same.
        if (reading.faults.length === 0) expect(JSON.stringify(reading.value)).toBe(JSON.stringify(JSON.parse(text)));
      }),
      { numRuns: 500 },
    );
  });

  it('calls a text JSON exactly when JSON.parse does', () => {
    const scrap = fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '"a"', '\\', '\\u00e9', '1', '0', '-', '.', 'e', '+', 'true', 'null', ' ', '\n', 'é');
    fc.assert(
      fc.property(fc.array(scrap, { maxLength: 12 }), (scraps) => {
        const text = scraps.join('');
        expect(readJson(text).kind).toBe(isJson(text) ? 'read' : 'unreadable');
      }),
      { numRuns: 5_000 },
    );
  });

  it('takes a number exactly when it comes back as it was sent', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -9e15, max: 9e15 }), (value) => {
        expect(readJson(JSON.stringify(value))).toMatchObject({ faults: [] });
      }),
    );
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
