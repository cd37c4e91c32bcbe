import { describe, expect, it } from '@jest/globals';
import { judgeLags, type PartitionLag } from './checkProgress.js';
import { judgeClock, judgePostgres, judgeRedis } from './checkServers.js';
import { judgeService } from './checkServices.js';

const postgres = { version: '18.4', fsync: true, fullPageWrites: true, synchronousCommit: 'on', isInRecovery: false, now: 0 };
const redis = { version: '7.2', maxMemoryBytes: 0, evictionPolicy: 'noeviction', isAppendOnly: true, isLoading: false };
const lag = (more: Partial<PartitionLag>): PartitionLag => ({ partition: 3, position: 10, low: 0, high: 10, ...more });

describe('doctor', () => {
  it.each([
    ['a sound Postgres', judgePostgres(postgres), ['ok']],
    ['fsync off', judgePostgres({ ...postgres, fsync: false }), ['wrong']],
    ['a standby', judgePostgres({ ...postgres, isInRecovery: true }), ['wrong']],
    ['a sound Redis', judgeRedis(redis), ['ok']],
    ['a Redis that may evict', judgeRedis({ ...redis, maxMemoryBytes: 1e9, evictionPolicy: 'allkeys-lru' }), ['wrong']],
    ['an eviction policy without a limit, which never evicts', judgeRedis({ ...redis, evictionPolicy: 'allkeys-lru' }), ['ok']],
    ['a Redis without its log', judgeRedis({ ...redis, isAppendOnly: false }), ['note']],
    ['a service that is ready', judgeService('inventory', { ready: true, parts: { redis: { ready: true } } }), ['ok']],
    [
      'a service that fails in two parts',
      judgeService('inventory', { ready: false, parts: { redis: { ready: false, detail: 'closed' }, log: { ready: false, detail: 'away' } } }),
      ['wrong', 'wrong'],
    ],
    ['no lag', judgeLags('inventory', [lag({})], [lag({})]), ['ok']],
    ['lag that shrinks', judgeLags('inventory', [lag({ position: 5 })], [lag({ position: 8 })]), ['note']],
    ['lag that stands', judgeLags('inventory', [lag({ position: 5 })], [lag({ position: 5 })]), ['wrong']],
    ['records that only just came', judgeLags('inventory', [lag({})], [lag({ high: 12 })]), ['note']],
    [
      'what retention took away, which nobody can be behind in',
      judgeLags('alerting', [lag({ position: 0, low: 10 })], [lag({ position: 0, low: 10 })]),
      ['ok'],
    ],
    ['a log that ends before the position', judgeLags('inventory', [lag({ high: 4 })], [lag({ high: 4 })]), ['wrong']],
  ] as const)('judges %s', (_case, lines, states) => {
    expect(lines.map(({ state }) => state)).toEqual(states);
  });

  it('tells a halted partition apart, with its reason and what to do', () => {
    const [line] = judgeService('inventory', { ready: false, parts: { 'partition 7': { ready: false, detail: 'halted: the log ends at 3, before 9' } } });
    expect(line).toMatchObject({ state: 'wrong', what: 'partition 7 of inventory is halted', why: 'the log ends at 3, before 9' });
    expect(line).toHaveProperty('fix', expect.stringContaining('resume'));
  });

  it('takes a clock to be right when its answer fits between the times of the host', () => {
    expect(judgeClock(1_500, { before: 1_000, after: 3_000 }).state).toBe('ok');
    expect(judgeClock(4_000, { before: 1_000, after: 3_000 })).toMatchObject({ state: 'wrong', what: "Postgres' clock is 1000 ms ahead of this host's" });
    expect(judgeClock(100, { before: 1_000, after: 1_010 })).toMatchObject({ state: 'wrong', what: "Postgres' clock is 900 ms behind this host's" });
  });
});
