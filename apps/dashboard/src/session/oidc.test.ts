import { describe, expect, it } from '@jest/globals';
import { authorizationUrl, challengeOf, randomWord, readReturn } from './oidc.js';

describe('signing in at an issuer', () => {
  it('makes the challenge of RFC 7636, appendix B', async () => {
    expect(await challengeOf('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBe('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM');
  });

  it('makes words of 43 characters that need no escaping, each another one', () => {
    const words = Array.from({ length: 50 }, randomWord);
    expect(words.filter((word) => !/^[\w-]{43}$/.test(word))).toEqual([]);
    expect(new Set(words).size).toBe(50);
  });

  it('asks for a code with a challenge, and keeps what the endpoint’s address says already', () => {
    const asking = { clientId: 'quayside', redirectUri: 'http://127.0.0.1:4002/', state: 's', challenge: 'c' };
    const { searchParams, pathname } = new URL(authorizationUrl('https://id.example/authorize?tenant=7', asking));
    expect(pathname).toBe('/authorize');
    expect(Object.fromEntries(searchParams)).toEqual({
      tenant: '7',
      response_type: 'code',
      client_id: 'quayside',
      redirect_uri: 'http://127.0.0.1:4002/',
      scope: 'openid profile',
      state: 's',
      code_challenge: 'c',
      code_challenge_method: 'S256',
    });
  });

  it.each([
    ['?sku=10002', null],
    ['?state=s', null],
    ['?code=c&state=s', { kind: 'code', code: 'c', state: 's' }],
    ['?error=access_denied&state=s', { kind: 'refused', reason: 'access_denied' }],
    ['?error=access_denied&error_description=No+one&state=s', { kind: 'refused', reason: 'No one' }],
  ])('reads a return with %s', (query, expected) => {
    expect(readReturn(query)).toEqual(expected);
  });
});
