import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PARTITION_COUNT, partitionOf } from '@quayside/contracts';
import { Crew } from '../harness/crew.js';
import { Ground } from '../harness/ground.js';
import { LogWriter } from '../harness/logWriter.js';
import { onHandInLedger, onHandInPostgres, onHandInRedis } from '../harness/oracle.js';
import { until } from '../harness/until.js';

const HERE = 'DC-1';
const THERE = 'DC-2';

describe('effects of what stands in the log', () => {
  let ground: Ground;
  let crew: Crew;
  let log: LogWriter;

  beforeAll(async () => {
    ground = await Ground.make('effects');
    crew = await Crew.start(ground, ['inventory', 'inventory-2']);
    log = await LogWriter.open(ground);
  }, 120_000);
  afterAll(async () => {
    await log?.close();
    await crew?.close();
    await ground?.close();
  }, 60_000);

  const onHand = async (key: string) => (await onHandInPostgres(ground)).get(key);
  const reaches = (key: string, quantity: number) => until(`${key} is at ${quantity}`, 15_000, async () => (await onHand(key)) === quantity);
  const quarantined = async () =>
    (
      await ground.postgres.query<{ partition: number; offset: string; reason: string; detail: string; state: string; id: string | null }>(
        'SELECT partition, "offset", reason, detail, state, id FROM quarantine ORDER BY recorded_at, "offset"',
      )
    ).rows;
  const waiting = async (id: string | null, reason: string) => {
    await until(`${id} is quarantined as ${reason}`, 15_000, async () =>
      (await quarantined()).some((row) => row.id === id && row.reason === reason && row.state === 'WAITING'),
    );
    const row = (await quarantined()).find((each) => each.id === id && each.reason === reason && each.state === 'WAITING');
    if (row === undefined) throw new Error('It was there a moment ago');
    return row;
  };
  let decisions = 0;
  const decide = (name: string, row: { partition: number; offset: string }, more: Record<string, unknown> = {}) =>
    log.append(row.partition, [
      log.encode(
        name,
        { id: `decision-${++decisions}`, source: 'quayside:test' },
        { offset: Number(row.offset), actor: 'tester', reason: 'looked at', ...more },
      ),
    ]);

  it('a move takes from one location and, by a hop, adds at the other, in two partitions, once', async () => {
    expect(partitionOf(HERE)).not.toBe(partitionOf(THERE));
    await log.event('stock.received', { id: 'm-1' }, { location: HERE, lines: [{ sku: 'M', quantity: 10 }] });
    const move = { location: HERE, to: THERE, lines: [{ sku: 'M', quantity: 4 }] };
    await log.event('stock.moved', { id: 'm-2' }, move);
    await log.event('stock.moved', { id: 'm-2' }, move);
    await reaches(`${HERE}/M`, 6);
    await reaches(`${THERE}/M`, 4);
    // The hop once more, as after a crash between sending it and moving the position.
    await ground.postgres.query('UPDATE fence SET hops_offset = 0 WHERE partition = $1', [partitionOf(HERE)]);
    await crew.member('inventory').end('SIGKILL');
    await crew.member('inventory-2').end('SIGKILL');
    await Promise.all([crew.member('inventory').start(), crew.member('inventory-2').start()]);
    await until(
      'the hop came again',
      15_000,
      async () => (await ground.postgres.query("SELECT 1 FROM event_key WHERE source = 'quayside:hop' AND repeats > 0")).rowCount === 1,
    );
    expect([await onHand(`${HERE}/M`), await onHand(`${THERE}/M`)]).toEqual([6, 4]);
    const { rows } = await ground.postgres.query<{ location: string; delta: string; event_id: string; kind: string }>(
      "SELECT location, delta, event_id, kind FROM ledger WHERE sku = 'M' AND kind = 'MOVED' ORDER BY delta",
    );
    expect(rows.map((row) => [row.location, Number(row.delta), row.event_id])).toEqual([
      [HERE, -4, 'm-2'],
      [THERE, 4, 'm-2'],
    ]);
  }, 90_000);

  it('no transaction writes a row of a partition that does not own it', async () => {
    for (let location = 0; location < 30; location++)
      await log.event('stock.received', { id: `own-${location}` }, { location: `O-${location}`, lines: [{ sku: 'O', quantity: 1 }] });
    await reaches('O-29/O', 1);
    for (const table of ['level', 'ledger']) {
      const { rows } = await ground.postgres.query<{ partition: number; location: string }>(`SELECT DISTINCT partition, location FROM ${table}`);
      expect(rows.length).toBeGreaterThan(0);
      expect(rows.filter((row) => row.partition !== partitionOf(row.location))).toEqual([]);
    }
  }, 30_000);

  it('one id with other content is quarantined and changes nothing; the same content is a repeat', async () => {
    await log.event('stock.received', { id: 'c-1' }, { location: HERE, lines: [{ sku: 'C', quantity: 5 }] });
    await log.event('stock.received', { id: 'c-1' }, { location: HERE, lines: [{ sku: 'C', quantity: 5 }] });
    await log.event('stock.received', { id: 'c-1' }, { location: HERE, lines: [{ sku: 'C', quantity: 7 }] });
    const row = await waiting('c-1', 'ID_CONFLICT');
    expect(await onHand(`${HERE}/C`)).toBe(5);
    await decide('quarantine.released', row);
    await until('the release says why it has no effect', 15_000, async () =>
      (await quarantined()).some((each) => each.offset === row.offset && each.detail.includes('send it again under a new id')),
    );
    await decide('quarantine.dismissed', row);
    await until('it is dismissed', 15_000, async () =>
      (await quarantined()).some((each) => each.offset === row.offset && each.partition === row.partition && each.state === 'DISMISSED'),
    );
    expect(await onHand(`${HERE}/C`)).toBe(5);
  }, 60_000);

  it('poison records do not hold up their partition for over a second, and each can be let through later, once', async () => {
    const partition = partitionOf(HERE);
    const poison = [
      '{"v":1',
      'not json at all',
      JSON.stringify({ v: 9 }),
      log.encode('stock.received', { id: 'p-lines' }, { location: HERE, lines: 'none' }),
      log.encode('stock.received', { id: 'p-sku' }, { location: HERE, lines: [{ sku: 7, quantity: 1 }] }),
      log.encode('stock.unheardOf', { id: 'p-type' }, { location: HERE }),
      log.encode('stock.received', { id: 'p-surrogate\ud800' }, { location: HERE, lines: [{ sku: 'P', quantity: 1 }] }),
      // Too long for an index entry of Postgres: only the server itself can tell.
      log.encode(
        'stock.received',
        { id: 'p-index' },
        {
          location: HERE,
          lines: [{ sku: Array.from({ length: 9_000 }, (_unused, index) => String.fromCharCode(0x4e00 + ((index * 7919) % 20_000))).join(''), quantity: 1 }],
        },
      ),
    ];
    const good = Array.from({ length: 200 }, (_unused, index) =>
      log.encode('stock.received', { id: `p-good-${index}` }, { location: HERE, lines: [{ sku: 'P', quantity: 1 }] }),
    );
    const mixed = good.flatMap((value, index) => (index % 25 === 0 ? [poison[index / 25] ?? '', value] : [value]));
    const before = (await quarantined()).length;
    await log.append(partition, mixed);
    await reaches(`${HERE}/P`, 200);
    await until('all poison is set aside', 15_000, async () => (await quarantined()).length === before + poison.length);
    const row = (await quarantined()).find((each) => each.reason === 'UNREADABLE' && each.detail.includes('sku'));
    if (row === undefined) throw new Error(JSON.stringify(await quarantined()));
    const fixed = { data: { location: HERE, lines: [{ sku: 'P', quantity: 50 }] } };
    await decide('quarantine.released', row, fixed);
    await decide('quarantine.released', row, fixed);
    await reaches(`${HERE}/P`, 250);
    await log.event('stock.received', { id: 'p-after' }, { location: HERE, lines: [{ sku: 'P', quantity: 1 }] });
    await reaches(`${HERE}/P`, 251);
    expect((await onHandInLedger(ground)).get(`${HERE}/P`)).toBe(251);
    await until('Redis shows it', 5_000, async () => (await onHandInRedis(ground, [`${HERE}/P`])).get(`${HERE}/P`) === 251);
  }, 60_000);

  it('a quarantined copy of an event that came again and was applied cannot be released', async () => {
    await log.append(partitionOf(HERE), [log.encode('stock.received', { id: 'u-1' }, { location: HERE, lines: [{ sku: 9, quantity: 5 }] })]);
    await until('it is set aside', 15_000, async () => (await quarantined()).some((each) => each.detail.includes('sku') && each.state === 'WAITING'));
    const row = (await quarantined()).find((each) => each.detail.includes('sku') && each.state === 'WAITING');
    await log.event('stock.received', { id: 'u-1' }, { location: HERE, lines: [{ sku: 'U', quantity: 5 }] });
    await reaches(`${HERE}/U`, 5);
    await decide('quarantine.released', row ?? { partition: 0, offset: '0' }, { data: { location: HERE, lines: [{ sku: 'U', quantity: 5 }] } });
    await until('the release says why it has no effect', 15_000, async () =>
      (await quarantined()).some((each) => each.offset === row?.offset && each.detail.includes('came again meanwhile')),
    );
    expect(await onHand(`${HERE}/U`)).toBe(5);
  }, 60_000);

  it('an event dated over a day ahead waits, and is applied as of its arrival when a person lets it through', async () => {
    await log.event('stock.received', { id: 'k-1', occurredAt: Date.now() + 2 * 86_400_000 }, { location: HERE, lines: [{ sku: 'K', quantity: 3 }] });
    const row = await waiting('k-1', 'CLOCK_SKEW');
    expect(await onHand(`${HERE}/K`)).toBeUndefined();
    await decide('quarantine.released', row);
    await reaches(`${HERE}/K`, 3);
    const { rows } = await ground.postgres.query<{ ahead: string }>(
      "SELECT max(occurred_at) - (extract(epoch FROM now()) * 1000)::bigint AS ahead FROM ledger WHERE sku = 'K'",
    );
    expect(Number(rows[0]?.ahead)).toBeLessThan(60_000);
    const { rows: exceptions } = await ground.postgres.query('SELECT 1 FROM stock_exception WHERE kind = $1', ['CLOCK_SKEW']);
    expect(exceptions).toHaveLength(1);
  }, 60_000);

  it('every partition is owned, published to its fence and shown in Redis', async () => {
    await until('positions and cursors are at the fence', 20_000, async () => {
      const { rows } = await ground.postgres.query<{ partition: number; next_offset: string; changes_offset: string; hops_offset: string }>(
        'SELECT * FROM fence',
      );
      const cursors = await Promise.all(rows.map((row) => ground.redis.get(`${ground.redisPrefix}v2:{${row.partition}}:cursor`)));
      return (
        rows.length === PARTITION_COUNT &&
        rows.every(
          (row, index) =>
            row.changes_offset === row.next_offset && row.hops_offset === row.next_offset && cursors[index]?.endsWith(`:${row.next_offset}`) === true,
        )
      );
    });
  }, 30_000);
});
