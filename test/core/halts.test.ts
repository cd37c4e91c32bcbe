import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PARTITION_COUNT, partitionOf, TOPIC_SETTINGS } from '@quayside/contracts';
import { acceptLoss } from '@quayside/store';
import kafkajs, { type Admin } from 'kafkajs';
import { Crew } from '../harness/crew.js';
import { Ground } from '../harness/ground.js';
import { LogWriter } from '../harness/logWriter.js';
import { onHandInPostgres } from '../harness/oracle.js';
import { until } from '../harness/until.js';

const HERE = 'DC-1';
const THERE = 'DC-2';
const PARTITION = partitionOf(HERE);

interface Readiness {
  readonly ready: boolean;
  readonly parts: Record<string, { ready: boolean; detail?: string }>;
}

/** Each halt of the list: what must stop stops, says why in readiness, and goes on once the cause is mended or decided. */
describe('a log or a store on which exactness cannot rest', () => {
  let ground: Ground;
  let crew: Crew;
  let log: LogWriter;
  let admin: Admin;
  let topic: string;
  let sent = 0;

  beforeAll(async () => {
    const kafka = (brokers: string) => new kafkajs.Kafka({ brokers: [brokers], logLevel: kafkajs.logLevel.NOTHING });
    ground = await Ground.make('halts');
    admin = kafka(ground.stack.kafka).admin();
    await admin.connect();
  }, 120_000);
  beforeEach(async () => {
    await crew?.close();
    await log?.close();
    if (topic !== undefined) {
      await admin.disconnect();
      await ground.close();
      ground = await Ground.make('halts');
      admin = new kafkajs.Kafka({ brokers: [ground.stack.kafka], logLevel: kafkajs.logLevel.NOTHING }).admin();
      await admin.connect();
    }
    topic = `${ground.topicPrefix}supply.events`;
    log = await LogWriter.open(ground);
    crew = await Crew.start(ground, ['inventory'], { inventory: { SAFETY_CHECK_MS: '1000' } });
  }, 120_000);
  afterAll(async () => {
    await log?.close();
    await admin?.disconnect();
    await crew?.close();
    await ground?.close();
  }, 60_000);

  const receive = (location = HERE) => log.event('stock.received', { id: `h-${++sent}` }, { location, lines: [{ sku: 'H', quantity: 1 }] });
  const reaches = (location: string, quantity: number) =>
    until(`${location} is at ${quantity}`, 20_000, async () => (await onHandInPostgres(ground)).get(`${location}/H`) === quantity);
  const readiness = async (): Promise<Readiness> => (await (await fetch(`${crew.member('inventory').url}/health/ready`)).json()) as Readiness;
  const isRed = (part: string, reason: RegExp) =>
    until(`readiness is red: ${reason}`, 30_000, async () => {
      const { ready, parts } = await readiness();
      if (ready) throw new Error('it is green');
      if (!reason.test(parts[part]?.detail ?? '')) throw new Error(JSON.stringify(Object.entries(parts).filter(([, { ready: fine }]) => !fine)));
      return true;
    });
  const isGreen = () => until('readiness is green', 30_000, async () => (await readiness()).ready);

  it('records that retention took before they were applied: their number is told, the other partitions go on, an operator decides', async () => {
    await receive();
    await reaches(HERE, 1);
    await crew.member('inventory').end('SIGTERM');
    for (let lost = 0; lost < 3; lost++) await receive();
    await admin.fetchTopicOffsets(topic); // Makes the client know where the topic is.
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: PARTITION, offset: '4' }] });
    await receive();
    await receive(THERE);
    crew.member('inventory').launch();
    await isRed(`partition ${PARTITION}`, /^halted: .* begins at 4, 3 records after 1/);
    await reaches(THERE, 1);
    expect((await onHandInPostgres(ground)).get(`${HERE}/H`)).toBe(1);
    const decision = {
      partition: PARTITION,
      from: 1,
      to: 4,
      code: 'RETENTION_PASSED',
      decidedBy: 'tester',
      reason: 'the warehouse counts anew',
      decidedAt: Date.now(),
    };
    expect(await acceptLoss(ground.postgres, decision)).toBe(true);
    expect(await acceptLoss(ground.postgres, decision)).toBe(false);
    await reaches(HERE, 2);
    await isGreen();
    const { rows } = await ground.postgres.query<{ decided_by: string; detail: string }>('SELECT decided_by, detail FROM operator_decision');
    expect(rows).toEqual([{ decided_by: 'tester', detail: 'Went on at 4 instead of 1: 3 records are lost' }]);
  }, 120_000);

  it.each([
    ['fewer records than were applied', 1, /ends at 1, before 3/],
    ['more records than were applied', 6, /the topic was deleted and made anew/],
  ])(
    'a topic that was deleted and made anew, with %s',
    async (_case, again, reason) => {
      for (let event = 0; event < 3; event++) await receive();
      await reaches(HERE, 3);
      await admin.deleteTopics({ topics: [topic] });
      const make = async () =>
        admin.createTopics({
          waitForLeaders: true,
          topics: [{ topic, numPartitions: PARTITION_COUNT, configEntries: Object.entries(TOPIC_SETTINGS.events).map(([name, value]) => ({ name, value })) }],
        });
      await until('the topic is there again', 20_000, async () => {
        await make(); // False when an earlier call, whose answer was lost, has made it.
        return true;
      });
      await log.close();
      log = await LogWriter.open(ground);
      for (let event = 0; event < again; event++) await until('it is written', 20_000, async () => receive().then(() => true));
      await isRed(`partition ${PARTITION}`, reason);
      expect((await onHandInPostgres(ground)).get(`${HERE}/H`)).toBe(3);
      await crew.member('inventory').end('SIGTERM');
      crew.member('inventory').launch();
      await isRed(`partition ${PARTITION}`, reason);
    },
    180_000,
  );

  it('a topic with another number of partitions', async () => {
    await receive();
    await reaches(HERE, 1);
    await admin.createPartitions({ topicPartitions: [{ topic, count: PARTITION_COUNT + 1 }] });
    await isRed('safety', /has 25 partitions instead of 24/);
  }, 60_000);

  it('a compacted topic, until it is one no more', async () => {
    const set = (policy: string) =>
      admin.alterConfigs({
        validateOnly: false,
        resources: [
          {
            type: kafkajs.ConfigResourceTypes.TOPIC,
            name: topic,
            configEntries: Object.entries({ ...TOPIC_SETTINGS.events, 'cleanup.policy': policy }).map(([name, value]) => ({ name, value })),
          },
        ],
      });
    await receive();
    await reaches(HERE, 1);
    await set('compact');
    await isRed('safety', /is compacted \(cleanup\.policy=compact\)/);
    await set('delete');
    await isGreen();
    await receive();
    await reaches(HERE, 2);
  }, 90_000);

  it('a Redis that evicts, until it does no more', async () => {
    await ground.redis.config('SET', 'maxmemory', '200mb');
    try {
      await ground.redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
      await isRed('safety', /Redis evicts keys \(maxmemory-policy allkeys-lru\)/);
    } finally {
      await ground.redis.config('SET', 'maxmemory-policy', 'noeviction');
      await ground.redis.config('SET', 'maxmemory', '0');
    }
    await isGreen();
    await receive();
    await reaches(HERE, 1);
  }, 90_000);
});
