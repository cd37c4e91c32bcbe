import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { partitionOf } from '@quayside/contracts';
import { Crew } from '../harness/crew.js';
import { ask } from '../harness/graphql.js';
import { Ground } from '../harness/ground.js';
import { LogWriter } from '../harness/logWriter.js';
import { onHandInPostgres, onHandInRedis } from '../harness/oracle.js';
import { until } from '../harness/until.js';

const HERE = 'DC-1';

describe('the self-check in service', () => {
  let ground: Ground;
  let crew: Crew;
  let log: LogWriter;

  beforeAll(async () => {
    ground = await Ground.make('incheck');
    crew = await Crew.start(ground, ['inventory', 'gateway'], { inventory: { SELF_CHECK_MS: '2000' } });
    log = await LogWriter.open(ground);
  }, 120_000);
  afterAll(async () => {
    await log?.close();
    await crew?.close();
    await ground?.close();
  }, 60_000);

  const reconciliation = async () =>
    (
      await ask<{ health: { reconciliation: { levelsChecked: number; mismatches: number; repaired: number } | null } }>(
        crew.member('gateway'),
        ground.tokens.reader,
        { query: '{ health { reconciliation { levelsChecked mismatches repaired } } }' },
      )
    ).data?.health.reconciliation;

  it('finds a wrong value that was planted in Redis, repairs it, and says so in metrics, in the log and in health', async () => {
    await log.event('stock.received', { id: 's-1' }, { location: HERE, lines: [{ sku: 'S', quantity: 7 }] });
    await until('the level is there', 15_000, async () => (await onHandInPostgres(ground)).get(`${HERE}/S`) === 7);
    await until(
      'health tells of a check without a difference',
      30_000,
      async () => (await reconciliation())?.mismatches === 0 && ((await reconciliation())?.levelsChecked ?? 0) > 0,
    );
    const hash = `${ground.redisPrefix}v2:{${partitionOf(HERE)}}:levels`;
    const field = `${HERE}\tS`;
    const value = JSON.parse((await ground.redis.hget(hash, field)) ?? '[]') as number[];
    value[1] = 700;
    const plantedAt = Date.now();
    await ground.redis.hset(hash, field, JSON.stringify(value));
    expect((await onHandInRedis(ground, [`${HERE}/S`])).get(`${HERE}/S`)).toBe(700);
    await until('Redis shows the truth again', 60_000, async () => (await onHandInRedis(ground, [`${HERE}/S`])).get(`${HERE}/S`) === 7);
    console.log(`planted wrong value: right again after ${((Date.now() - plantedAt) / 1000).toFixed(1)} s (self-check every 2 s)`);
    await until('metrics count it', 10_000, async () =>
      /quayside_inventory_mismatches_total [1-9]/.test(await (await fetch(`${crew.member('inventory').url}/metrics`)).text()),
    );
    expect(crew.member('inventory').log()).toContain('incident: the self-check found levels that are wrong');
  }, 120_000);
});
