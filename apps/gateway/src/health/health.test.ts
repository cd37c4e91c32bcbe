import { describe, expect, it } from '@jest/globals';
import { HealthBoard } from '@quayside/service';
import { FreshnessGauge } from './freshness.js';
import { HealthWatch, type HealthProbes } from './healthWatch.js';
import { LastMinute } from './lastMinute.js';
import { SiteClocks } from './siteClocks.js';

describe('the last minute', () => {
  it('tells percentiles within 2.5 %', () => {
    const minute = new LastMinute(0);
    for (let latency = 1; latency <= 1_000; latency++) minute.note(30_000, latency);
    expect(Math.abs((minute.quantile(30_000, 0.5) ?? 0) - 500) / 500).toBeLessThan(0.03);
    expect(Math.abs((minute.quantile(30_000, 0.99) ?? 0) - 990) / 990).toBeLessThan(0.03);
  });

  it('forgets what is older than a minute, and knows nothing without arrivals', () => {
    const minute = new LastMinute(0);
    expect(minute.quantile(0, 0.5)).toBeNull();
    for (let at = 0; at < 600; at++) minute.note(100_000 + at, 5);
    expect(minute.rate(100_600)).toBe(10);
    expect(minute.rate(161_000)).toBe(0);
    expect(minute.quantile(161_000, 0.5)).toBeNull();
  });

  it('divides by the age of a process that is younger than a minute', () => {
    const minute = new LastMinute(0);
    for (let at = 0; at < 100; at++) minute.note(9_000, 5);
    expect(minute.rate(10_000)).toBe(10);
  });

  it('keeps a latency under 0 or over ten minutes in its outermost bucket', () => {
    const minute = new LastMinute(0);
    minute.note(0, -5);
    expect(minute.quantile(0, 0.5)).toBe(1);
    minute.note(0, 1e12);
    expect(minute.quantile(0, 1)).toBeGreaterThan(600_000);
  });
});

class Watched {
  now = 0;
  applied = 0;
  end = 0;
  failing = false;
  redisUp = true;
  checked: { at: number; levelsChecked: number; mismatches: number; repaired: number; tookMs: number } | null = null;
  readonly board = new HealthBoard(['changes', 'alerts', 'postgres']);
  readonly watch: HealthWatch;
  constructor() {
    for (const part of ['changes', 'alerts', 'postgres']) this.board.up(part);
    const measured = async <T>(value: () => T): Promise<T> => {
      if (this.failing) throw new Error('Postgres is away');
      return value();
    };
    const progress = () => measured(() => ({ applied: this.applied, end: this.end }));
    const reconciliation = () => measured(() => this.checked);
    const probes: HealthProbes = { quarantined: () => measured(() => 3), inventory: progress, alerting: progress, reconciliation };
    this.watch = new HealthWatch({
      probes,
      board: this.board,
      minute: new LastMinute(0),
      redis: () => ({ up: this.redisUp, detail: 'refused' }),
      now: () => this.now,
      version: '0.1.0',
      retentionMs: () => 90_500,
    });
  }
  service(name: string) {
    return this.watch.report().services.find((service) => service.name === name);
  }
}

describe('health', () => {
  it('is OK with the lag of each processor when all is well', async () => {
    const world = new Watched();
    world.end = 7;
    await world.watch.sample();
    expect(world.watch.report()).toMatchObject({ state: 'OK', quarantined: 3, streamRetention: 'PT90S', endToEndP50Ms: null });
    expect(world.service('inventory')).toEqual({ name: 'inventory', state: 'OK', detail: null, consumerLag: 7 });
  });

  it('is DEGRADED without Redis, since every answer still comes', () => {
    const world = new Watched();
    world.redisUp = false;
    expect(world.service('redis')).toMatchObject({ state: 'DEGRADED' });
  });

  it('is DOWN when a processor has work and does not move for 15 s, and OK once it moves', async () => {
    const world = new Watched();
    world.end = 5;
    for (world.now = 0; world.now <= 15_000; world.now += 5_000) await world.watch.sample();
    expect(world.service('inventory')).toMatchObject({ state: 'DOWN', consumerLag: 5 });
    expect(world.watch.report().state).toBe('DOWN');
    world.applied = 1;
    await world.watch.sample();
    expect(world.service('inventory')).toMatchObject({ state: 'OK', consumerLag: 4 });
  });

  it('tells the newest self-check, and none that is older than two rounds', async () => {
    const world = new Watched();
    world.checked = { at: 0, levelsChecked: 20, mismatches: 1, repaired: 1, tookMs: 250 };
    await world.watch.sample();
    expect(world.watch.report().reconciliation).toEqual({ at: 0, levelsChecked: 20, mismatches: 1, repaired: 1, took: 'PT0.25S' });
    world.now = 130_000;
    await world.watch.sample();
    expect(world.watch.report().reconciliation).toBeNull();
  });

  it('tells no number that is older than a minute', async () => {
    const world = new Watched();
    await world.watch.sample();
    world.failing = true;
    world.now = 61_000;
    await expect(world.watch.sample()).rejects.toThrow('4 of 4');
    expect(world.watch.report().quarantined).toBeNull();
    expect(world.service('alerting')).toMatchObject({ state: 'DEGRADED', consumerLag: null });
  });
});

describe('freshness', () => {
  const gauge = (): { gauge: FreshnessGauge; sites: SiteClocks } => {
    const sites = new SiteClocks();
    return { sites, gauge: new FreshnessGauge({ sites, now: () => 10_000, isFollowing: () => true }) };
  };

  it('is that of the site heard of longest ago among those that the answer shows', () => {
    const { gauge: fresh, sites } = gauge();
    sites.note('DC-1', 9_000);
    sites.note('DC-2', 4_000);
    const at = (location: string, lastEventAt: number) => ({ location, lastEventAt, processedAt: lastEventAt + 10 });
    expect(fresh.of([at('DC-1', 2_000), at('DC-2', 1_000)])).toEqual({ lastEventAt: 2_000, lastProcessedAt: 2_010, lagMs: 6_000, state: 'LIVE' });
    expect(fresh.of([at('DC-1', 2_000)]).lagMs).toBe(1_000);
  });

  it('of an answer without objects is that of all that may be seen', () => {
    const { gauge: fresh, sites } = gauge();
    sites.note('DC-1', 9_000);
    sites.note('DC-2', 4_000);
    expect(fresh.ofAnswer([], { kind: 'some', locations: ['DC-1'] }).lagMs).toBe(1_000);
    expect(fresh.ofAnswer([], { kind: 'all' }).lagMs).toBe(6_000);
  });

  it('fits GraphQL’s Int for a site that has been silent for a year', () => {
    const sites = new SiteClocks();
    const old = new FreshnessGauge({ sites, now: () => 400 * 24 * 3_600_000, isFollowing: () => false });
    expect(old.of([{ location: 'DC-1', lastEventAt: 0, processedAt: null }])).toMatchObject({ lagMs: 2 ** 31 - 1, state: 'LAGGING' });
  });
});
