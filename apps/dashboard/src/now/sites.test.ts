import { describe, expect, it } from '@jest/globals';
import { Fields } from '../wire/Fields.js';
import { readSites, siteWords } from './sites.js';

const NOW_MS = 1_000_000_000;
const ago = (seconds: number): number => NOW_MS - seconds * 1_000;
const words = (sites: Parameters<typeof siteWords>[0], moved: readonly (readonly [string, number])[] = []): string[] =>
  siteWords(sites, new Map(moved), NOW_MS).map((site) => `${site.code}: ${site.words}`);

describe('siteWords', () => {
  it('says how long ago a site spoke, and names the silent ones first', () => {
    const sites = [
      { code: 'DC-1', heardAtMs: ago(2) },
      { code: 'DC-2', heardAtMs: ago(14 * 60) },
      { code: 'DC-3', heardAtMs: ago(3_600) },
    ];
    expect(words(sites)).toEqual(['DC-3: silent for 1 h', 'DC-2: silent for 14 min', 'DC-1: 2 s ago']);
  });

  it('takes what the level stream has shown since, when that is newer', () => {
    expect(words([{ code: 'DC-1', heardAtMs: ago(600) }], [['DC-1', ago(3)]])).toEqual(['DC-1: 3 s ago']);
    expect(words([{ code: 'DC-1', heardAtMs: ago(3) }], [['DC-1', ago(600)]])).toEqual(['DC-1: 3 s ago']);
  });

  it('keeps those that talk in the order of their codes, and takes a clock that runs ahead for now', () => {
    const sites = [
      { code: 'DC-10', heardAtMs: ago(1) },
      { code: 'DC-2', heardAtMs: ago(-5) },
      { code: 'DC-1', heardAtMs: null },
    ];
    expect(words(sites)).toEqual(['DC-1: nothing heard yet', 'DC-2: just now', 'DC-10: 1 s ago']);
  });
});

describe('readSites', () => {
  it('reads places with and without a last report', () => {
    const nodes = [
      { code: 'DC-1', freshness: { lastEventAt: '1970-01-01T00:00:01.000Z' } },
      { code: 'DC-2', freshness: { lastEventAt: null } },
    ];
    expect(readSites(Fields.of({ locations: { nodes } }, 'data'))).toEqual([
      { code: 'DC-1', heardAtMs: 1_000 },
      { code: 'DC-2', heardAtMs: null },
    ]);
  });
});
