import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomInt, sign } from 'node:crypto';
import { join } from 'node:path';
import { OWNER_ONLY, readJson, writeJson } from '../host/files.mjs';

/** The development issuer: gateways refuse it where NODE_ENV is production. */
export const ISSUER = 'quayside-dev';
export const AUDIENCE = 'quayside';

const TOKEN_SECONDS = 12 * 60 * 60;
/** Well before they end, so that whoever reads endpoints.json always finds some that last. */
export const RENEWAL_MS = 6 * 60 * 60 * 1000;

const ROLES = { admin: ['READ', 'OPERATE', 'ADMIN'], operator: ['READ', 'OPERATE'], reader: ['READ'] };
const NAMES = { admin: 'Development administrator', operator: 'Shift leader', reader: 'Reader' };

/**
 * The keys of a data folder, made at the first start and the same ever after.
 * `ingestKey` is for the person, `demoKey` for the demo; the services get the files.
 * @returns {{ ingestKey: string, demoKey: string, apiKeysFile: string, jwksFile: string,
 *             makeTokens: (now: Date) => { admin: string, operator: string, reader: string } }}
 */
export function openKeys(home) {
  const folder = join(home, 'keys');
  const secrets = ensureFile(join(folder, 'secrets.json'), () => ({ ingestKey: makeApiKey(), demoKey: makeApiKey() }));
  const { privateJwk } = ensureFile(join(folder, 'issuer.json'), () => ({ privateJwk: makeIssuerKey() }));
  const apiKeysFile = join(folder, 'api-keys.json');
  writeApiKeys(apiKeysFile, secrets);
  const jwksFile = join(folder, 'jwks.json');
  writeJson(jwksFile, { keys: [publicPart(privateJwk)] }, { mode: OWNER_ONLY });
  return { ...secrets, apiKeysFile, jwksFile, makeTokens: (now) => makeTokens(privateJwk, now) };
}

function ensureFile(path, make) {
  const known = readJson(path);
  if (known) return known;
  const made = make();
  writeJson(path, made, { mode: OWNER_ONLY });
  return made;
}

/** Our two keys are put in; keys that a person has added to the file are kept. */
function writeApiKeys(path, { ingestKey, demoKey }) {
  const ours = [describeKey('start', 'npm start', ingestKey), describeKey('demo', 'demo traffic', demoKey)];
  const others = (readJson(path) ?? []).filter(({ id }) => !ours.some((key) => key.id === id));
  writeJson(path, [...ours, ...others], { mode: OWNER_ONLY });
}

/** Only the hash: who reads the file cannot send with it. The keys are random, so a plain hash is enough. */
function describeKey(id, name, key) {
  const sha256 = createHash('sha256').update(key).digest('hex');
  return { id, name, sha256, sources: ['*'], locations: ['*'], expiresAt: null };
}

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

function makeApiKey() {
  return `qs_${Array.from({ length: 32 }, () => BASE62[randomInt(BASE62.length)]).join('')}`;
}

function makeIssuerKey() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ format: 'jwk' });
}

function publicPart(privateJwk) {
  const { kty, crv, x, y } = createPublicKey({ key: privateJwk, format: 'jwk' }).export({ format: 'jwk' });
  // RFC 7638: a key is named by a hash of itself.
  const kid = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
  return { kty, crv, x, y, kid, alg: 'ES256', use: 'sig' };
}

function makeTokens(privateJwk, now) {
  const { kid } = publicPart(privateJwk);
  const key = createPrivateKey({ key: privateJwk, format: 'jwk' });
  const issuedAt = Math.floor(now.getTime() / 1000);
  const tokenOf = (subject) =>
    signToken(
      { kid, key },
      {
        iss: ISSUER,
        aud: AUDIENCE,
        sub: subject,
        name: NAMES[subject],
        roles: ROLES[subject],
        locations: ['*'],
        iat: issuedAt,
        exp: issuedAt + TOKEN_SECONDS,
      },
    );
  return { admin: tokenOf('admin'), operator: tokenOf('operator'), reader: tokenOf('reader') };
}

function signToken({ kid, key }, claims) {
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const content = `${encode({ alg: 'ES256', typ: 'JWT', kid })}.${encode(claims)}`;
  // JWS wants the two numbers of the signature side by side, not in DER.
  const signature = sign('sha256', Buffer.from(content), { key, dsaEncoding: 'ieee-p1363' });
  return `${content}.${signature.toString('base64url')}`;
}
