import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiKeys } from '@quayside/service';
import { Callers } from './callers.js';
import { RateLimits } from './rateLimits.js';

const START = Date.parse('2026-11-22T13:00:00Z');
const entry = (secret: string, expiresAt: string | null) => ({
  id: `id-${secret}`,
  name: secret,
  sha256: createHash('sha256').update(secret).digest('hex'),
  sources: ['*'],
  locations: ['*'],
  expiresAt,
});

describe('Callers', () => {
  let folder: string;
  let now: number;
  let callers: Callers;
  const file = (): string => join(folder, 'keys.json');
  const idOf = (secret: string): string => {
    const calling = callers.identify({ authorization: `Bearer ${secret}` });
    return calling.kind === 'caller' ? calling.key.id : calling.refusal.code;
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'quayside-callers-'));
    writeFileSync(file(), JSON.stringify([entry('qs_a', null), entry('qs_b', '2026-11-22T13:00:00.100Z')]));
    now = START;
    const keys = new ApiKeys(file(), (cause) => {
      throw cause;
    });
    callers = new Callers(keys, new RateLimits(), () => now);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('knows a key at once and again, and no other', () => {
    expect([idOf('qs_a'), idOf('qs_a'), idOf('qs_x'), idOf('qs_x')]).toEqual(['id-qs_a', 'id-qs_a', 'unauthenticated', 'unauthenticated']);
    expect(callers.identify({})).toMatchObject({ refusal: { code: 'unauthenticated' } });
  });

  it('ends a key at its expiry, to the millisecond', () => {
    now = START + 50;
    expect(idOf('qs_b')).toBe('id-qs_b');
    now = START + 99;
    expect(idOf('qs_b')).toBe('id-qs_b');
    now = START + 100;
    expect(idOf('qs_b')).toBe('unauthenticated');
  });

  it('follows a rotation: the new key is known and the old one gone within seconds', () => {
    expect(idOf('qs_a')).toBe('id-qs_a');
    writeFileSync(file(), JSON.stringify([entry('qs_new', null)]));
    now = START + 2_500;
    expect([idOf('qs_a'), idOf('qs_new')]).toEqual(['unauthenticated', 'id-qs_new']);
  });
});
