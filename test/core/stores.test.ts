import { cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { partitionOf } from '@quayside/contracts';
import { Crew } from '../harness/crew.js';
import { ask } from '../harness/graphql.js';
import { Ground } from '../harness/ground.js';
import { LogWriter } from '../harness/logWriter.js';
import { differences, onHandInLedger, onHandInPostgres, onHandInRedis, type OnHand } from '../harness/oracle.js';
import { until } from '../harness/until.js';

const HERE = 'DC-1';
const PARTITION = partitionOf(HERE);
const SKUS = 3_000;

describe('stores that lose what they had', () => {
  let ground: Ground;
  let crew: Crew;
  let log: LogWriter;
  const expected: OnHand = new Map();
  let sent = 0;

  beforeAll(async () => {
    ground = await Ground.make('stores');
    crew = await Crew.start(ground, ['inventory', 'gateway']);
    log = await LogWriter.open(ground);
  }, 120_000);
  afterAll(async () => {
    await log?.close();
    await crew?.close();
    await ground?.close();
  }, 60_000);

  /** One piece more of each of `count` SKUs. */
  const receiveAll = async (count: number): Promise<void> => {
    for (let from = 0; from < count; from += 500) {
      const values = Array.from({ length: Math.min(500, count - from) }, (_unused, index) => {
        const sku = `R-${from + index}`;
        expected.set(`${HERE}/${sku}`, (expected.get(`${HERE}/${sku}`) ?? 0) + 1);
        return log.encode('stock.received', { id: `r-${++sent}` }, { location: HERE, lines: [{ sku, quantity: 1 }] });
      });
      await log.append(PARTITION, values);
    }
  };
  const allShown = () => until('Redis shows it all', 30_000, async () => differences(expected, await onHandInRedis(ground, expected.keys())).length === 0);
  const applied = () => until('it is applied', 30_000, async () => differences(expected, await onHandInPostgres(ground)).length === 0);

  it('an emptied Redis is filled again under traffic, and meanwhile the gateway shows no wrong and no older number', async () => {
    await receiveAll(SKUS);
    await applied();
    await allShown();
    let stopped = false;
    let answers = 0;
    const wrong: string[] = [];
    const seen = new Map<string, number>();
    const asking = (async () => {
      for (let turn = 0; !stopped; turn++) {
        const sku = `R-${(turn * 37) % SKUS}`;
        const reply = await ask<{ stockLevel: { onHand: number; version: number } | null }>(crew.member('gateway'), ground.tokens.reader, {
          query: 'query One($sku: String!) { stockLevel(item: { sku: $sku }, location: { code: "DC-1" }) { onHand version } }',
          variables: { sku },
        });
        const level = reply.data?.stockLevel;
        answers++;
        // Every version adds one piece, so the two have to agree, and neither may go back.
        if (level === null || level === undefined || level.onHand !== level.version || level.version < (seen.get(sku) ?? 1))
          wrong.push(`${sku}: ${JSON.stringify(reply)}`);
        else seen.set(sku, level.version);
      }
    })();
    const flushAll = async (): Promise<void> => {
      for (let flush = 0; flush < 4; flush++) {
        const keys = await ground.redis.keys(`${ground.redisPrefix}*`);
        if (keys.length > 0) await ground.redis.unlink(...keys);
        await receiveAll(SKUS / 3);
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
      await applied();
      await allShown();
    };
    await flushAll().finally(() => {
      stopped = true;
    });
    await asking;
    console.log(`flushes=4 answers=${answers} wrong=${wrong.length}`);
    expect(wrong).toEqual([]);
    expect(answers).toBeGreaterThan(50);
  }, 120_000);

  it('a Redis that was set back to an older state is brought forward again', async () => {
    const prefix = `${ground.redisPrefix}v2:{${PARTITION}}`;
    const [cursor, levels] = [await ground.redis.get(`${prefix}:cursor`), await ground.redis.hgetall(`${prefix}:levels`)];
    await receiveAll(200);
    await allShown();
    await ground.redis
      .multi()
      .set(`${prefix}:cursor`, cursor ?? '')
      .unlink(`${prefix}:levels`)
      .hset(`${prefix}:levels`, levels)
      .exec();
    await receiveAll(10);
    await allShown();
    expect(differences(expected, await onHandInLedger(ground))).toEqual([]);
  }, 60_000);

  it('a Postgres restored from a backup is replayed from its older fence, and Redis made anew', async () => {
    const server = ground.stack.parts.postgres;
    const data = join(ground.stack.home, 'postgres');
    if (server === undefined || !existsSync(data)) return;
    const [backup, newer] = [`${data}.backup`, `${data}.newer`];
    await server.stop();
    cpSync(data, backup, { recursive: true, preserveTimestamps: true });
    await server.start();
    await receiveAll(500);
    await applied();
    await allShown();
    await server.stop();
    renameSync(data, newer);
    renameSync(backup, data);
    await server.start();
    rmSync(newer, { recursive: true, force: true });
    await applied();
    await allShown();
    expect(differences(expected, await onHandInLedger(ground))).toEqual([]);
    await receiveAll(5);
    await applied();
    await allShown();
  }, 120_000);
});
