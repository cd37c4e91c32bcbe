import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';
import { Tokens } from './tokens.js';

describe('tokens', () => {
  let folder: string;
  let tokens: Tokens;
  let own: CryptoKey;
  let foreign: CryptoKey;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'quayside-tokens-'));
    const pair = await generateKeyPair('ES256', { extractable: true });
    own = pair.privateKey;
    foreign = (await generateKeyPair('ES256')).privateKey;
    const jwks = join(folder, 'jwks.json');
    writeFileSync(jwks, JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), alg: 'ES256' }] }));
    tokens = new Tokens({ jwks, issuer: 'issuer', audience: 'quayside' });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const sign = (claims: Record<string, unknown>, { key = own, issuer = 'issuer', audience = 'quayside', seconds = 60 } = {}): Promise<string> =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject('ann')
      .setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1000) + seconds)
      .sign(key);

  it('say who asks, what he may do and where, and until when', async () => {
    const viewer = await tokens.verify(`Bearer ${await sign({ name: 'Ann', roles: ['READ', 'OPERATE'], locations: ['DC-1'] })}`, Date.now());
    expect(viewer).toMatchObject({ id: 'ann', name: 'Ann', roles: ['READ', 'OPERATE'], locations: ['DC-1'] });
    expect(viewer?.expiresAt).toBeGreaterThan(Date.now());
  });

  it('without roles may read, and without locations see nothing', async () => {
    expect(await tokens.verify(await sign({}), Date.now())).toMatchObject({ roles: ['READ'], locations: [] });
  });

  it('end, also when they were verified before', async () => {
    const token = await sign({}, { seconds: 1 });
    expect(await tokens.verify(token, Date.now())).not.toBeNull();
    expect(await tokens.verify(token, Date.now() + 2_000)).toBeNull();
  });

  it.each([
    ['of another key', () => sign({}, { key: foreign })],
    ['of another issuer', () => sign({}, { issuer: 'someone' })],
    ['for another audience', () => sign({}, { audience: 'shop' })],
    ['that have expired', () => sign({}, { seconds: -10 })],
    ['with a role that nobody knows', () => sign({ roles: ['GOD'] })],
    [
      'that say alg: none',
      async () => `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"sub":"ann","exp":9999999999}').toString('base64url')}.x`,
    ],
    ['that are none', async () => 'nonsense'],
  ])('%s are worth nothing', async (_case, make) => {
    expect(await tokens.verify(await make(), Date.now())).toBeNull();
  });
});
