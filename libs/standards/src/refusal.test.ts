import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { excerpt, jsonPointer, showProblem } from './refusal.js';

describe('showProblem', () => {
  it('writes RFC 9457 with where, what and the fix', () => {
    expect(showProblem({ code: 'required', detail: 'id is missing', pointer: '/id' }, 'r-1')).toEqual({
      type: '/problems/required',
      title: 'Something is missing',
      status: 422,
      detail: 'id is missing',
      pointer: '/id',
      fix: 'Add the field that the pointer names.',
      requestId: 'r-1',
    });
  });
});

describe('excerpt', () => {
  it('cuts long texts and shows no objects', () => {
    expect(excerpt('x'.repeat(500))).toEqual({ value: `${'x'.repeat(80)}…` });
    expect(excerpt({ secret: 1 })).toEqual({});
  });

  it('never gives text that UTF-8 cannot carry', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const { value } = excerpt(text);
        expect(Buffer.from(String(value)).toString()).toBe(String(value));
      }),
    );
  });
});

describe('jsonPointer', () => {
  it('escapes as RFC 6901 says', () => {
    expect(jsonPointer(['data', 'a/b~c', 0])).toBe('/data/a~1b~0c/0');
    expect(jsonPointer([])).toBe('');
  });
});
