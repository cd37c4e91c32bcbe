import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiKeys, isAllowed } from './apiKeys.js';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const NOW = Date.parse('2026-11-24T12:00:00Z');

describe('API keys', () => {
  let folder: string;
  let file: string;
  let faults: unknown[];
  const write = (keys: object[]): void => writeFileSync(file, JSON.stringify(keys));
  const entry = (text: string, more: object = {}): object => ({
    id: text,
    name: text,
    sha256: sha256(text),
    sources: ['*'],
    locations: ['*'],
    expiresAt: null,
    ...more,
  });
  const open = (): ApiKeys => new ApiKeys(file, (cause) => faults.push(cause));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'quayside-keys-'));
    file = join(folder, 'keys.json');
    faults = [];
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('know a caller by his key, and nobody else', () => {
    write([entry('qs_a'), entry('qs_b')]);
    const keys = open();
    expect(keys.find('Bearer qs_b', NOW)?.id).toBe('qs_b');
    for (const stranger of [undefined, '', 'qs_b', 'Bearer qs_c', 'Basic qs_b', `Bearer ${sha256('qs_b')}`]) expect(keys.find(stranger, NOW)).toBeNull();
  });

  it('end when they expire', () => {
    write([entry('qs_a', { expiresAt: '2026-11-24T12:00:00Z' })]);
    expect(open().find('Bearer qs_a', NOW - 1)?.id).toBe('qs_a');
    expect(open().find('Bearer qs_a', NOW)).toBeNull();
  });

  it('follow the file, and keep the last good keys while it is broken', () => {
    write([entry('qs_a')]);
    const keys = open();
    write([entry('qs_a'), entry('qs_new')]);
    expect(keys.find('Bearer qs_new', NOW)?.id).toBe('qs_new');
    writeFileSync(file, '[{"id":');
    expect(keys.find('Bearer qs_new', NOW + 10_000)?.id).toBe('qs_new');
    expect(faults).toHaveLength(1);
    write([entry('qs_new')]);
    expect(keys.find('Bearer qs_a', NOW + 20_000)).toBeNull();
  });

  it('are refused at the start where the file is no list of keys', () => {
    writeFileSync(file, '{}');
    expect(open).toThrow();
  });
});

describe('the scope of a key', () => {
  it.each([
    [['*'], 'anything', true],
    [['/wms/dc-1'], '/wms/dc-1', true],
    [['/wms/dc-1'], '/wms/dc-10', false],
    [['/wms/*'], '/wms/dc-10', true],
    [['/wms/*'], '/shop', false],
    [[], '/wms/dc-1', false],
  ])('%j allows %s: %s', (scope, value, allowed) => {
    expect(isAllowed(scope, value)).toBe(allowed);
  });
});
