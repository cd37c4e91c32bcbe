import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { compareNumbers, decodeNumbered, PARTITION_COUNT, type Change, type ChangeNumber } from '@quayside/contracts';
import { followTopic } from '@quayside/kafka';
import { Crew, type ServiceName } from '../harness/crew.js';
import { Ground } from '../harness/ground.js';
import { startLoad } from '../harness/load.js';
import { differences, onHandInGraphql, onHandInLedger, onHandInPostgres, onHandInRedis } from '../harness/oracle.js';
import { Sender } from '../harness/sender.js';
import { until } from '../harness/until.js';

const SEED = Number(process.env['SEED'] ?? 20261124);
const VICTIMS: readonly ServiceName[] = ['inventory', 'ingest', 'inventory-2', 'alerting', 'gateway', 'inventory'];

describe(`kill -9 of each service in turn under load, and one Redis flush (SEED=${SEED})`, () => {
  let ground: Ground;
  let crew: Crew;

  beforeAll(async () => {
    ground = await Ground.make('kills');
    crew = await Crew.start(ground, ['ingest', 'inventory', 'inventory-2', 'alerting', 'gateway']);
  }, 120_000);
  afterAll(async () => {
    await crew?.close();
    await ground?.close();
  }, 60_000);

  it('loses nothing that was acknowledged, doubles nothing, and leaves exact levels in every store', async () => {
    const load = startLoad(new Sender(crew.member('ingest'), ground), { seed: SEED, posters: 3 });
    for (const victim of VICTIMS) {
      await pause(1_000);
      await crew.member(victim).end('SIGKILL');
      await pause(500);
      await crew.member(victim).start();
    }
    await pause(500);
    await flush(ground);
    await pause(1_500);
    await load.stop();
    expect(load.acknowledged).toBeGreaterThan(1_000);

    await until('everything acknowledged is applied', 30_000, async () => {
      const { rows } = await ground.postgres.query<{ count: string }>("SELECT count(*) FROM event_key WHERE state = 'APPLIED'");
      return Number(rows[0]?.count) === load.acknowledged;
    });
    expect(differences(load.expected, await onHandInPostgres(ground))).toEqual([]);
    expect(differences(load.expected, await onHandInLedger(ground))).toEqual([]);
    await until('Redis shows the same', 15_000, async () => differences(load.expected, await onHandInRedis(ground, load.expected.keys())).length === 0);
    expect(differences(load.expected, await onHandInGraphql(crew.member('gateway'), ground.tokens.reader))).toEqual([]);
    console.log(`kills=${VICTIMS.length} flushes=1 acknowledged=${load.acknowledged} requests=${load.attempts} lost=0 duplicated=0 wrong=0 seed=${SEED}`);
  }, 180_000);

  it('has published every change, each after the one before it: a receiver that drops repeats by number meets no gap', async () => {
    const last = new Map<number, ChangeNumber>();
    const received: string[] = [];
    const gaps: string[] = [];
    const ended = new Set<number>();
    const settings = { brokers: [ground.stack.kafka], prefix: ground.topicPrefix, clientId: 'test-reader', logger: SILENT };
    const following = await followTopic(settings, {
      role: 'changes',
      backRecords: Infinity,
      onState: () => {},
      onRecords: (partition, records) => {
        if (records.length === 0) ended.add(partition);
        for (const { value } of records) {
          const { after, items } = decodeNumbered<Change>(value);
          const held = last.get(partition) ?? [-1, 0];
          if (after !== null && compareNumbers(after, held) > 0) gaps.push(`${partition}: ${after.join('.')} after ${held.join('.')}`);
          for (const { at } of items) {
            if (compareNumbers(at, last.get(partition) ?? [-1, 0]) <= 0) continue;
            last.set(partition, at);
            received.push(`${partition}/${at.join('.')}`);
          }
        }
      },
    });
    await until('the topic is read to its end', 30_000, async () => ended.size === PARTITION_COUNT);
    await following.close();
    const { rows } = await ground.postgres.query<{ number: string }>(
      `SELECT partition || '/' || "offset" || '.' || place AS number FROM event, generate_series(0, change_count - 1) AS place ORDER BY partition, "offset", place`,
    );
    expect(gaps).toEqual([]);
    expect(rows.length).toBeGreaterThan(1_000);
    expect(new Set(received)).toEqual(new Set(rows.map((row) => row.number)));
  }, 60_000);
});

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Empties what this ground keeps in Redis, as a flush would; other suites' keys are not ours. */
async function flush(ground: Ground): Promise<void> {
  const keys = await ground.redis.keys(`${ground.redisPrefix}*`);
  expect(keys.length).toBeGreaterThan(0);
  await ground.redis.unlink(...keys);
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
