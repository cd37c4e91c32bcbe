import { describe, expect, it } from '@jest/globals';
import { emptyLevel, type Level } from '@quayside/contracts';
import fc from 'fast-check';
import { judgeLevel, type LevelPair } from './auditLevel.js';

const level = (version: number, sellable: number): Level => ({ ...emptyLevel('L', 'S'), version, sellable });
const judge = (pair: Partial<LevelPair>) => judgeLevel({ postgres: level(3, 30), redis: level(3, 30), fence: 10, cursor: 10, ...pair });

describe('a level in both stores', () => {
  it.each([
    ['same content', {}, 'same'],
    ['no level anywhere', { postgres: null, redis: null }, 'same'],
    ['other numbers under the same version', { redis: level(3, 31) }, 'DIFFERENT'],
    ['other numbers under the same version, while both move', { redis: level(3, 31), cursor: 12 }, 'DIFFERENT'],
    ['an older version at the fence', { redis: level(2, 20) }, 'OLDER'],
    ['an older version beyond the fence', { redis: level(2, 20), cursor: 11 }, 'OLDER'],
    ['an older version behind the fence', { redis: level(2, 20), cursor: 9 }, 'undecided'],
    ['a newer version at the fence', { redis: level(4, 40) }, 'AHEAD'],
    ['a newer version behind the fence', { redis: level(4, 40), cursor: 9 }, 'AHEAD'],
    ['a newer version beyond the fence', { redis: level(4, 40), cursor: 11 }, 'undecided'],
    ['none in Redis at the fence', { redis: null }, 'MISSING'],
    ['none in Redis behind the fence', { redis: null, cursor: 9 }, 'undecided'],
    ['none in Postgres at the fence', { postgres: null }, 'EXTRA'],
    ['none in Postgres, Redis beyond the fence', { postgres: null, cursor: 11 }, 'undecided'],
  ] as const)('with %s is judged rightly', (_case, pair, verdict) => {
    expect(judge(pair)).toBe(verdict);
  });

  it('is never accused when Redis shows the history that Postgres has, read anywhere', () => {
    // Version v is made by record v; whoever stands at n shows versions up to n.
    fc.assert(
      fc.property(fc.nat(20), fc.nat(20), (fence, cursor) => {
        const at = (offset: number): Level | null => (offset === 0 ? null : level(offset, offset * 10));
        expect(['same', 'undecided']).toContain(judgeLevel({ postgres: at(fence), redis: at(cursor), fence, cursor }));
      }),
    );
  });
});
