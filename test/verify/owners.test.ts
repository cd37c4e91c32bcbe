import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Crew, type ServiceName } from '../harness/crew.js';
import { Ground } from '../harness/ground.js';
import { seeded, startLoad } from '../harness/load.js';
import { differences, onHandInLedger, onHandInPostgres, onHandInRedis } from '../harness/oracle.js';
import { Sender } from '../harness/sender.js';
import { until } from '../harness/until.js';
import { Quayside } from '../cli/quayside.js';

const SEED = Number(process.env['SEED'] ?? 4_711);
const KILLS = 20;
const OWNERS: readonly ServiceName[] = ['inventory', 'inventory-2', 'inventory-3'];

/** Three processes: two share the partitions as a group does, the third believes that it owns every one of them. */
describe(`owners that both believe they own every partition (SEED=${SEED})`, () => {
  let ground: Ground;
  let crew: Crew;

  beforeAll(async () => {
    ground = await Ground.make('owners');
    crew = await Crew.start(ground, ['ingest', ...OWNERS], { 'inventory-3': { INVENTORY_GROUP: `${ground.topicPrefix}usurper` } });
  }, 120_000);
  afterAll(async () => {
    await crew?.close();
    await ground?.close();
  }, 120_000);

  it(`lose and double nothing over ${KILLS} kill -9, three emptied Redis, a killed Postgres and a killed broker`, async () => {
    const random = seeded(SEED);
    const load = startLoad(new Sender(crew.member('ingest'), ground), { seed: SEED, posters: 2 });
    let refused = 0;
    const countRefused = async (name: ServiceName): Promise<void> => {
      const metrics = await (await fetch(`${crew.member(name).url}/metrics`)).text();
      refused += Number(/^quayside_inventory_refused_total (\d+)/m.exec(metrics)?.[1] ?? 0);
    };
    for (let kill = 0; kill < KILLS; kill++) {
      await pause(150 + random() * 400);
      const victim = OWNERS[Math.floor(random() * OWNERS.length)] ?? 'inventory';
      await countRefused(victim);
      await crew.member(victim).end('SIGKILL');
      if (kill % 7 === 3) await empty(ground);
      if (kill === 8) await restart(ground, 'postgres');
      if (kill === 14) await restart(ground, 'kafka');
      await crew.member(victim).start();
    }
    await load.stop();
    for (const owner of OWNERS) await countRefused(owner);
    await until('everything acknowledged is applied', 60_000, async () => {
      const { rows } = await ground.postgres.query<{ count: string }>("SELECT count(*) FROM event_key WHERE state = 'APPLIED'");
      return Number(rows[0]?.count) === load.acknowledged;
    });
    expect(differences(load.expected, await onHandInPostgres(ground))).toEqual([]);
    expect(differences(load.expected, await onHandInLedger(ground))).toEqual([]);
    await until('Redis shows the same', 15_000, async () => differences(load.expected, await onHandInRedis(ground, load.expected.keys())).length === 0);
    const audit = await new Quayside(ground, crew, ['ingest', ...OWNERS]).run(['audit']);
    expect([audit.code, audit.lines.at(-1)]).toEqual([0, expect.objectContaining({ differences: 0 })]);
    console.log(
      `kills=${KILLS} flushes=3 postgres_kills=1 broker_kills=1 acknowledged=${load.acknowledged} refused_batches=${refused} lost=0 duplicated=0 wrong=0 seed=${SEED}`,
    );
    expect(refused).toBeGreaterThan(0);
  }, 300_000);
});

async function restart(ground: Ground, name: 'postgres' | 'kafka'): Promise<void> {
  const part = ground.stack.parts[name];
  if (part === undefined) return; // Servers from the environment are nobody's to kill.
  await part.kill();
  await part.start();
}

async function empty(ground: Ground): Promise<void> {
  const keys = await ground.redis.keys(`${ground.redisPrefix}*`);
  if (keys.length > 0) await ground.redis.unlink(...keys);
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
