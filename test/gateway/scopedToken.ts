import { createHash, createPrivateKey, createPublicKey, sign, type JsonWebKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AUDIENCE, ISSUER } from '@quayside/tools/start/keys.mjs';
import type { Ground } from '../harness/ground.js';

export interface Claims {
  readonly sub: string;
  readonly roles: readonly ('READ' | 'OPERATE' | 'ADMIN')[];
  readonly locations: readonly string[];
  /** When it ends, s since 1970; in an hour unless given. */
  readonly exp?: number;
}

/** A token of the ground's own issuer for somebody who may see only some locations. */
export function scopedToken(ground: Ground, claims: Claims): string {
  const { privateJwk } = JSON.parse(readFileSync(join(ground.folder, 'keys', 'issuer.json'), 'utf8')) as { privateJwk: JsonWebKey };
  const key = createPrivateKey({ key: privateJwk, format: 'jwk' });
  const { kty, crv, x, y } = createPublicKey(key).export({ format: 'jwk' });
  const kid = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
  const now = Math.floor(Date.now() / 1_000);
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const content = `${encode({ alg: 'ES256', typ: 'JWT', kid })}.${encode({ iss: ISSUER, aud: AUDIENCE, name: claims.sub, iat: now, exp: now + 3_600, ...claims })}`;
  return `${content}.${sign('sha256', Buffer.from(content), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}
