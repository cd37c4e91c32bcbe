import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { partitionOf } from '@quayside/contracts';
import kafkajs from 'kafkajs';
import { Crew } from '../harness/crew.js';
import { Ground } from '../harness/ground.js';
import { LogWriter } from '../harness/logWriter.js';
import { onHandInPostgres } from '../harness/oracle.js';
import { until } from '../harness/until.js';
import { Quayside } from './quayside.js';

const HERE = 'DC-1';
const PARTITION = partitionOf(HERE);

describe('an operator’s decisions', () => {
  let ground: Ground;
  let crew: Crew;
  let log: LogWriter;
  let quayside: Quayside;

  beforeAll(async () => {
    ground = await Ground.make('decisions');
    crew = await Crew.start(ground, ['inventory']);
    log = await LogWriter.open(ground);
    quayside = new Quayside(ground, crew, ['inventory']);
  }, 120_000);
  afterAll(async () => {
    await log?.close();
    await crew?.close();
    await ground?.close();
  }, 60_000);

  const receive = (id: string, quantity: unknown) =>
    log.append(PARTITION, [log.encode('stock.received', { id }, { location: HERE, lines: [{ sku: 'D', quantity }] })]);
  const reaches = (quantity: number) => until(`it is at ${quantity}`, 15_000, async () => (await onHandInPostgres(ground)).get(`${HERE}/D`) === quantity);
  const waiting = async () => (await quayside.run(['quarantine', 'list'])).lines.filter((line) => line['type'] === 'quarantined');

  it('about quarantined records: listed with what is wrong, corrected and released, or dismissed, once', async () => {
    await receive('d-1', 4);
    await receive('d-2', 'five');
    await receive('d-3', -1);
    await reaches(4);
    await until('both wait', 15_000, async () => (await waiting()).length === 2);
    const [first, second] = await waiting();
    expect(first).toMatchObject({ partition: PARTITION, reason: 'UNREADABLE', detail: expect.stringContaining('data.lines.0.quantity is not a whole number') });
    const place = (line: typeof first): string => `${String(line?.['partition'])}.${String(line?.['offset'])}`;
    const still = await quayside.run(['quarantine', 'release', place(first), '--reason', 'as it is']);
    expect([still.code, still.lines[0]]).toEqual([1, expect.objectContaining({ state: 'WAITING', detail: expect.stringContaining('Still unreadable') })]);
    const corrected = join(ground.folder, 'corrected.json');
    writeFileSync(corrected, JSON.stringify({ location: HERE, lines: [{ sku: 'D', quantity: 5 }] }));
    expect((await quayside.run(['quarantine', 'release', place(first), '--reason', 'a five', '--by', 'ann', '--data', corrected])).lines[0]).toMatchObject({
      state: 'RELEASED',
    });
    await reaches(9);
    expect((await quayside.run(['quarantine', 'release', place(first), '--reason', 'again', '--data', corrected])).code).toBe(1);
    expect((await quayside.run(['quarantine', 'dismiss', place(second), '--reason', 'a typing error', '--by', 'ann'])).lines[0]).toMatchObject({
      state: 'DISMISSED',
    });
    expect(await waiting()).toEqual([]);
    expect((await onHandInPostgres(ground)).get(`${HERE}/D`)).toBe(9);
    const { rows } = await ground.postgres.query<{ state: string; decided_by: string; decided_reason: string }>(
      'SELECT state, decided_by, decided_reason FROM quarantine ORDER BY "offset"',
    );
    expect(rows).toEqual([
      { state: 'RELEASED', decided_by: 'ann', decided_reason: 'a five' },
      { state: 'DISMISSED', decided_by: 'ann', decided_reason: 'a typing error' },
    ]);
    expect((await quayside.run(['audit'])).code).toBe(0);
  }, 90_000);

  it('about a halted partition: nothing to decide while all is there, then the loss told and accepted', async () => {
    const nothing = await quayside.run(['resume', String(PARTITION), '--reason', 'just so']);
    expect([nothing.code, nothing.lines[0]]).toEqual([1, expect.objectContaining({ done: false })]);
    await crew.member('inventory').end('SIGTERM');
    await receive('lost-1', 100);
    await receive('lost-2', 100);
    const admin = new kafkajs.Kafka({ brokers: [ground.stack.kafka], logLevel: kafkajs.logLevel.NOTHING }).admin();
    await admin.connect();
    const topic = `${ground.topicPrefix}supply.events`;
    const end = (await admin.fetchTopicOffsets(topic)).find(({ partition }) => partition === PARTITION)?.high ?? '0';
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: PARTITION, offset: end }] });
    await admin.disconnect();
    await receive('d-4', 1);
    crew.member('inventory').launch();
    await until('doctor says what is halted and why', 30_000, async () => {
      const { code, out } = await quayside.run(['doctor']);
      return code === 1 && out.includes('2 records after');
    });
    const resumed = await quayside.run(['resume', String(PARTITION), '--reason', 'the warehouse counts anew', '--by', 'ann']);
    expect([resumed.code, resumed.lines[0]]).toEqual([0, expect.objectContaining({ done: true, lost: 2 })]);
    await reaches(10);
    await crew.member('inventory').ready();
    expect((await quayside.run(['audit'])).code).toBe(0);
  }, 120_000);
});
