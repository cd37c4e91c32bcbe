import { describe, expect, it } from '@jest/globals';
import { addKey, isValidAt, revokeKey, rotateKey } from './keyRing.js';
import type { KeyEntry } from './keyFile.js';

const NOW = Date.parse('2026-11-22T12:00:00.000Z');
const HOUR_MS = 3_600_000;
const entry = (more: Partial<KeyEntry> = {}): KeyEntry => ({
  id: 'wms',
  name: 'WMS',
  sha256: 'a'.repeat(64),
  sources: ['/wms/*'],
  locations: ['DC-1'],
  expiresAt: null,
  ...more,
});
const ask = { name: 'WMS of DC-1', sha256: 'b'.repeat(64), sources: ['/wms/dc-1'], locations: ['DC-1'], expiresAt: null };

describe('the key ring', () => {
  it('names a key after what it is for, and a second one of that name apart', () => {
    const first = addKey([], ask);
    const second = addKey(first.entries, ask);
    expect([first.added.id, second.added.id]).toEqual(['wms-of-dc-1', 'wms-of-dc-1-2']);
    expect(second.entries).toHaveLength(2);
  });

  it('keeps the old key for the grace when it is rotated, with the same scope in the new one', () => {
    const { entries, added, oldEndsAt } = rotateKey([entry()], { id: 'wms', sha256: 'c'.repeat(64), now: NOW, graceMs: 24 * HOUR_MS });
    expect(oldEndsAt).toBe('2026-11-23T12:00:00.000Z');
    expect(added).toEqual(entry({ id: 'wms-2', sha256: 'c'.repeat(64) }));
    expect(entries[0]).toEqual(entry({ expiresAt: oldEndsAt }));
    expect(entries.map((each) => isValidAt(each, NOW + 25 * HOUR_MS))).toEqual([false, true]);
  });

  it('never lengthens a key by rotating it', () => {
    const ends = new Date(NOW + HOUR_MS).toISOString();
    expect(rotateKey([entry({ expiresAt: ends })], { id: 'wms', sha256: 'c'.repeat(64), now: NOW, graceMs: 24 * HOUR_MS }).oldEndsAt).toBe(ends);
  });

  it('does not pile up suffixes when a rotated key is rotated', () => {
    const twice = rotateKey([entry(), entry({ id: 'wms-2' })], { id: 'wms-2', sha256: 'd'.repeat(64), now: NOW, graceMs: 0 });
    expect(twice.added.id).toBe('wms-3');
  });

  it('takes a revoked key out and says which there are when it is unknown', () => {
    expect(revokeKey([entry(), entry({ id: 'other' })], 'wms').entries.map((each) => each.id)).toEqual(['other']);
    expect(() => revokeKey([entry()], 'nobody')).toThrow('the file has wms');
  });
});
