import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { levelKey, partitionOf } from '@quayside/contracts';
import {
  bringLevels,
  openDatabase,
  openLiveLevels,
  openLiveScan,
  readFence,
  readLevelSnapshot,
  readOutcomes,
  readReconciliation,
  readStoreEpoch,
  recordReconciliation,
  selfCheck,
  START_OF_CHECK,
  type Database,
  type LevelHistory,
  type LiveLevels,
  type LiveScan,
  type SelfCheckResult,
} from '@quayside/store';
import { Ground } from '../harness/ground.js';

const LEVELS = 20_000;
const LOCATION = 'BULK';
const P = partitionOf(LOCATION);

/** The check as inventory runs it each minute, on many levels and without an owner: what it voids stays void until the test brings it back. */
describe('the self-check', () => {
  let ground: Ground;
  let database: Database;
  let live: LiveLevels;
  let scan: LiveScan;
  const hash = (): string => `${ground.redisPrefix}v2:{${P}}:levels`;

  beforeAll(async () => {
    ground = await Ground.make('selfcheck');
    database = openDatabase({ url: ground.stack.postgres, schema: ground.schema });
    live = openLiveLevels({ url: ground.stack.redis, prefix: ground.redisPrefix });
    scan = openLiveScan({ url: ground.stack.redis, prefix: ground.redisPrefix });
    await readFence(database.pool, P);
    await ground.postgres.query(
      `INSERT INTO level (partition, location, sku, sellable, inspection, hold, damaged, reserved, in_transit, on_order, backordered, version, updated_at)
       SELECT $1, $2, 'SKU-' || n, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1 FROM generate_series(1, $3) AS n`,
      [P, LOCATION, LEVELS],
    );
    await bring();
  }, 60_000);
  afterAll(async () => {
    await Promise.all([live?.close(), scan?.close(), database?.close()]);
    await ground?.close();
  }, 30_000);

  /** What the owner of the partition does when it finds the cursor gone. */
  async function bring(): Promise<void> {
    const { pool } = database;
    const history: LevelHistory = {
      readFence: (partition) => readFence(pool, partition),
      readOutcomes: (range) => readOutcomes(pool, range),
      readLevelSnapshot: (partition, each) => readLevelSnapshot(pool, partition, each),
    };
    const { nextOffset: goal } = await readFence(pool, P);
    const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
    await bringLevels(live, history, { partition: P, epoch: await readStoreEpoch(pool), goal, token: randomUUID, sleep });
  }
  const check = (more: Partial<Parameters<typeof selfCheck>[2]> = {}): Promise<SelfCheckResult> =>
    selfCheck(database, live, { partitions: [P], sampleLevels: 500, token: randomUUID, turn: START_OF_CHECK, scan, ...more });
  const encoded = (version: number, sellable: number): string => JSON.stringify([version, sellable, 0, 0, 0, 0, 0, 0, 0, null, null, null, 1, null, null]);

  it('compares 20,000 levels with Redis well within its minute', async () => {
    const result = await check();
    expect(result).toMatchObject({ levelsChecked: LEVELS, ledgersChecked: 500, mismatches: 0, repaired: 0, findings: [] });
    process.stderr.write(`selfCheck levels=${LEVELS} tookMs=${result.tookMs}\n`);
    expect(result.tookMs).toBeLessThan(10_000);
  }, 30_000);

  it.each([
    ['other numbers', 'SKU-777', encoded(1, 9), 'DIFFERENT'],
    ['a version that no projection would ever replace', 'SKU-19999', encoded(99, 0), 'AHEAD'],
    ['a level that does not exist', 'GHOST', encoded(1, 5), 'EXTRA'],
    ['no level at all', 'SKU-5', 'rubbish', 'UNREADABLE'],
  ])(
    'finds %s in Redis, takes the partition out of sight, and the owner fills it again',
    async (_case, sku, value, fault) => {
      await ground.redis.hset(hash(), levelKey(LOCATION, sku), value);
      const result = await check();
      expect(result).toMatchObject({ mismatches: 1, repaired: 1, findings: [{ kind: 'LIVE_LEVEL', fault, partition: P, location: LOCATION, sku }] });
      expect(await live.read(P, [levelKey(LOCATION, sku)])).toEqual({ cursor: null, levels: [null] });
      await bring();
      expect(await check()).toMatchObject({ levelsChecked: LEVELS, mismatches: 0 });
    },
    60_000,
  );

  it('leaves a void partition to its owner', async () => {
    await ground.redis.del(hash(), `${ground.redisPrefix}v2:{${P}}:cursor`);
    expect(await check()).toMatchObject({ levelsChecked: 0, mismatches: 0, repaired: 0 });
    await bring();
  }, 30_000);

  it('finds a level that its ledger does not bear out, and does not touch it', async () => {
    await ground.postgres.query("UPDATE level SET damaged = 4, version = 2 WHERE sku = 'SKU-10'");
    await ground.redis.hset(hash(), levelKey(LOCATION, 'SKU-10'), JSON.stringify([2, 0, 0, 0, 4, 0, 0, 0, 0, null, null, null, 1, null, null]));
    const result = await check({ sampleLevels: LEVELS });
    expect(result).toMatchObject({
      ledgersChecked: LEVELS,
      mismatches: 1,
      repaired: 0,
      findings: [{ kind: 'LEVEL_SUM', sku: 'SKU-10', bucket: 'damaged', level: 4, ledger: 0 }],
    });
    await ground.postgres.query("UPDATE level SET damaged = 0, version = 1 WHERE sku = 'SKU-10'");
    await ground.redis.hset(hash(), levelKey(LOCATION, 'SKU-10'), encoded(1, 0));
  }, 60_000);

  it('goes through all levels in turns where there are more than one run looks at', async () => {
    let turn = START_OF_CHECK;
    let [levels, ledgers] = [0, 0];
    for (let run = 0; run < 5; run++) {
      const result = await check({ turn, liveLevelsMax: 4_500, sampleLevels: 4_100 });
      levels += result.levelsChecked;
      ledgers += result.ledgersChecked;
      turn = result.turn;
    }
    // The fifth run meets the end, and the sixth begins again.
    expect([levels, ledgers]).toEqual([LEVELS, LEVELS]);
    expect((await check({ turn, liveLevelsMax: 4_500 })).levelsChecked).toBe(4_500);
  }, 60_000);

  it('is remembered: the newest round of all processes together', async () => {
    expect(await readReconciliation(database.pool)).toBeNull();
    const at = Date.now();
    await recordReconciliation(database.pool, { at: at - 8 * 24 * 3600 * 1000, levelsChecked: 1, mismatches: 1, repaired: 0, tookMs: 1 });
    await recordReconciliation(database.pool, { at: at - 60_000, levelsChecked: 7, mismatches: 1, repaired: 1, tookMs: 5 });
    await recordReconciliation(database.pool, { at: at - 30_000, levelsChecked: 10, mismatches: 0, repaired: 0, tookMs: 40 });
    await recordReconciliation(database.pool, { at, levelsChecked: 20, mismatches: 2, repaired: 1, tookMs: 30 });
    expect(await readReconciliation(database.pool)).toEqual({ at, levelsChecked: 30, mismatches: 2, repaired: 1, tookMs: 40 });
    const { rows } = await ground.postgres.query<{ count: string }>('SELECT count(*) AS count FROM reconciliation');
    expect(Number(rows[0]?.count)).toBe(3);
  }, 30_000);
});
