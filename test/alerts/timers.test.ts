import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Crew } from '../harness/crew.js';
import { until } from '../harness/until.js';
import { LOCATION, PARTITION, Stage } from './stage.js';

const LATENESS_MS = 8_000;

describe('times that come due in alerting', () => {
  let stage: Stage;
  let crew: Crew;

  beforeAll(async () => {
    stage = await Stage.open('timers');
    const { postgres } = stage.ground;
    await postgres.query(
      `INSERT INTO quarantine (partition, "offset", reason, detail, record, recorded_at) VALUES ($1, 7, 'UNREADABLE', 'no JSON', '', $2), ($1, 8, 'UNREADABLE', 'no JSON', '', $3)`,
      [PARTITION, Date.now() - 20 * 60_000, Date.now()],
    );
    crew = await Crew.start(stage.ground, ['alerting'], { alerting: { ALLOWED_LATENESS_MS: String(LATENESS_MS) } });
  }, 120_000);
  afterAll(async () => {
    await crew?.close();
    await stage?.close();
  }, 60_000);

  const timers = async (): Promise<string[]> =>
    (await stage.ground.postgres.query<{ fingerprint: string }>('SELECT fingerprint FROM alert_timer ORDER BY 1')).rows.map(({ fingerprint }) => fingerprint);

  it('fire once, though alerting is killed between the change and its time', async () => {
    const fingerprint = `NEGATIVE_ON_HAND|${LOCATION}|N-1`;
    const updatedAt = Date.now();
    const offset = await stage.changeLevel({ sku: 'N-1', sellable: -3, updatedAt });
    await until('the timer stands', 10_000, async () => (await timers()).includes(fingerprint));
    expect(await stage.statusOf(`OVERSOLD|${LOCATION}|N-1`)).toBe('OPEN 1');
    await crew.member('alerting').end('SIGKILL');
    expect(await stage.stored(fingerprint)).toBeNull();
    await crew.member('alerting').start();
    await until('it has opened', 30_000, async () => (await stage.statusOf(fingerprint)) === 'OPEN 1');
    const { id, opened_at } = (await stage.stored(fingerprint)) ?? {};
    expect([id, Number(opened_at)]).toEqual([`${fingerprint}|${PARTITION}.${offset}`, updatedAt + LATENESS_MS]);
    await until('OVERSOLD is held down', 10_000, async () => (await stage.statusOf(`OVERSOLD|${LOCATION}|N-1`)) === 'INHIBITED 2');
    expect(await timers()).not.toContain(fingerprint);
    await stage.changeLevel({ sku: 'N-1', sellable: 4, cause: { name: 'stock.received' } });
    await until('both are resolved', 10_000, async () => (await stage.statusOf(fingerprint)) === 'RESOLVED 2');
    await until('a receiver has all of it', 10_000, async () => stage.versions.length >= 5);
    expect(stage.versions.filter((version) => /NEGATIVE|OVERSOLD/.test(version))).toEqual([
      'OVERSOLD OPEN 1',
      'NEGATIVE_ON_HAND OPEN 1',
      'OVERSOLD INHIBITED 2',
      'NEGATIVE_ON_HAND RESOLVED 2',
      'OVERSOLD RESOLVED 3',
    ]);
    expect(stage.faults).toEqual([]);
  }, 90_000);

  it('tell nobody when the missing receipt came in time, while alerting was down', async () => {
    const fingerprint = `NEGATIVE_ON_HAND|${LOCATION}|N-2`;
    const updatedAt = Date.now();
    await stage.changeLevel({ sku: 'N-2', sellable: -3, updatedAt });
    await until('the timer stands', 10_000, async () => (await timers()).includes(fingerprint));
    await crew.member('alerting').end('SIGKILL');
    await stage.changeLevel({ sku: 'N-2', sellable: 3, updatedAt: updatedAt + 1, cause: { name: 'stock.received' } });
    await until('its time has passed', 20_000, async () => Date.now() > updatedAt + LATENESS_MS);
    await crew.member('alerting').start();
    await until('OVERSOLD is resolved', 30_000, async () => (await stage.statusOf(`OVERSOLD|${LOCATION}|N-2`)) === 'RESOLVED 2');
    expect([await stage.stored(fingerprint), (await timers()).includes(fingerprint)]).toEqual([null, false]);
  }, 90_000);

  it('tell that an order is late when its promised time has passed, and take it back when it had left in time', async () => {
    const promisedShipBy = Date.now() + 1_500;
    const fingerprint = `ORDER_LATE|${LOCATION}|SO-1`;
    await stage.changeOrder({ number: 'SO-1', promisedShipBy });
    await until('it is late', 20_000, async () => (await stage.statusOf(fingerprint)) === 'OPEN 1');
    expect(await stage.stored(fingerprint)).toMatchObject({ order_number: 'SO-1', sku: null, opened_at: String(promisedShipBy) });
    await stage.changeOrder({ number: 'SO-1', promisedShipBy, shipped: 5, reserved: 0, cause: { name: 'stock.shipped', occurredAt: promisedShipBy - 1_000 } });
    await until('it is taken back', 10_000, async () => (await stage.statusOf(fingerprint)) === 'RESOLVED 2');
    expect(await stage.stored(fingerprint)).toMatchObject({ resolution: 'LATE_DATA' });
  }, 60_000);

  it('tell of a quarantine in which something waits longer than 15 minutes', async () => {
    const fingerprint = `QUARANTINE_BACKLOG|${PARTITION}`;
    await until('the backlog is told', 10_000, async () => (await stage.statusOf(fingerprint)) !== null);
    expect(await stage.stored(fingerprint)).toMatchObject({
      id: `${fingerprint}|${PARTITION}.7`,
      status: 'OPEN',
      location: null,
      title: `1 quarantined record of partition ${PARTITION} waits for a decision`,
    });
    await stage.ground.postgres.query(`UPDATE quarantine SET state = 'DISMISSED', decided_at = $1`, [Date.now()]);
    await until('it is closed', 45_000, async () => (await stage.statusOf(fingerprint)) === 'RESOLVED 2');
  }, 90_000);

  it('wait while Postgres has no schema: alerting lives, says why it is not ready, and goes on when it is there', async () => {
    const alerting = crew.member('alerting');
    const { schema } = stage.ground;
    await alerting.end('SIGTERM');
    await stage.ground.postgres.query(`ALTER SCHEMA ${schema} RENAME TO ${schema}_away`);
    alerting.launch();
    await until('it answers', 30_000, async () => (await alerting.answers('/health/live')) === 200);
    await until('it says that it is not ready', 10_000, async () => (await alerting.answers('/health/ready')) === 503);
    expect(alerting.isRunning).toBe(true);
    await stage.ground.postgres.query(`ALTER SCHEMA ${schema}_away RENAME TO ${schema}`);
    await alerting.ready();
    await stage.changeLevel({ sku: 'W-1', sellable: -1 });
    await until('it works', 20_000, async () => (await stage.statusOf(`OVERSOLD|${LOCATION}|W-1`)) === 'OPEN 1');
  }, 120_000);
});
