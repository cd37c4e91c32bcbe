import { describe, expect, it } from '@jest/globals';
import { readTypedToken, tokenInFragment } from './token.js';

describe('tokenInFragment', () => {
  it('finds a token, and nothing where there is none', () => {
    expect(['#token=a.b.c', '#token=', '', '#other'].map(tokenInFragment)).toEqual(['a.b.c', null, null, null]);
  });
});

describe('readTypedToken', () => {
  it.each([' a.b.c\n', 'Bearer a.b.c', 'http://127.0.0.1:4002/?sku=1#token=a.b.c'])('takes the token out of %j', (typed) => {
    expect(readTypedToken(typed)).toEqual({ kind: 'token', token: 'a.b.c' });
  });

  it.each(['', 'a.b', 'hello world', 'http://127.0.0.1:4002/#token=x'])('says what is wrong with %j', (typed) => {
    expect(readTypedToken(typed).kind).toBe('fault');
  });
});
