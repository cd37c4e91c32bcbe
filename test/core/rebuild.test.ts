import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DOOR_EVENT_NAMES, INTERNAL_EVENT_NAMES, partitionOf, PARTITION_COUNT, type EventName } from '@quayside/contracts';
import { followTopic, readTopicEnds } from '@quayside/kafka';
import { hashState, openDatabase, type Database, type StateTable, type TableHash } from '@quayside/store';
import { ROOT } from '@quayside/tools/root.mjs';
import { inventoryStoreOf } from '@quayside/inventory/inventoryStore.js';
import { InventoryWork } from '@quayside/inventory/inventoryWork.js';
import { MemoryLiveLevels } from '@quayside/store/memoryLiveLevels.js';
import { Quayside, type Line } from '../cli/quayside.js';
import { Crew } from '../harness/crew.js';
import { Ground } from '../harness/ground.js';
import { LogWriter } from '../harness/logWriter.js';
import { Sender } from '../harness/sender.js';
import { until } from '../harness/until.js';
import { mixedHistory } from './mixedHistory.js';

const SEED = Number(process.env['SEED'] ?? 5);
const EVENTS = 3_000;
const BATCH_EVENTS = 100;
const HERE = 'MX-1';
const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

describe(`a log of every kind of event, with kills and decisions (SEED=${SEED})`, () => {
  let ground: Ground;
  let crew: Crew;
  let log: LogWriter;
  let quayside: Quayside;
  let live: Database;
  let rebuilt: Database;

  beforeAll(async () => {
    ground = await Ground.make('rebuild');
    crew = await Crew.start(ground, ['ingest', 'inventory']);
    log = await LogWriter.open(ground);
    quayside = new Quayside(ground, crew, ['ingest', 'inventory']);
    live = openDatabase({ url: ground.stack.postgres, schema: ground.schema });
  }, 120_000);
  afterAll(async () => {
    await log?.close();
    await crew?.close();
    await live?.close();
    await rebuilt?.close();
    await ground?.postgres.query(`DROP SCHEMA IF EXISTS ${ground.schema}_rebuilt CASCADE`);
    await ground?.close();
  }, 60_000);

  it('gives, folded again into an empty database, the same state as the live one, table by table', async () => {
    await postMixed();
    await writePastTheDoor();
    await decideQuarantined();
    await isIdle(ground);
    await crew.member('inventory').end('SIGTERM');
    const startedAt = Date.now();
    rebuilt = await rebuild(ground, `${ground.schema}_rebuilt`);
    const seconds = (Date.now() - startedAt) / 1_000;
    const [expected, found] = [await hashState(live.pool), await hashState(rebuilt.pool)];
    console.log(`rebuilt in ${seconds.toFixed(1)} s: ${[...found].map(([table, { rows }]) => `${table}=${rows}`).join(' ')} seed=${SEED}`);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
    // Nothing is proven of a table that has nothing in it, nor of a kind of event that never came.
    expect([...expected].filter(([, { rows }]) => rows === 0)).toEqual([]);
    const { rows: names } = await ground.postgres.query<{ name: EventName }>('SELECT DISTINCT name FROM event');
    const seen = new Set(names.map(({ name }) => name));
    // A record that was let through stands there under its own name.
    expect([...DOOR_EVENT_NAMES, ...INTERNAL_EVENT_NAMES].filter((name) => !seen.has(name))).toEqual(['quarantine.released']);
    const { rows: states } = await ground.postgres.query<{ state: string }>('SELECT DISTINCT state FROM quarantine ORDER BY 1');
    expect(states.map(({ state }) => state)).toEqual(['DISMISSED', 'RELEASED', 'WAITING']);
  }, 180_000);

  it('gives another hash for a single number that is another', async () => {
    const before = await hashState(rebuilt.pool);
    await rebuilt.pool.query('UPDATE reservation_line SET released = released + 1 WHERE ctid = (SELECT min(ctid) FROM reservation_line)');
    expect(changedTables(before, await hashState(rebuilt.pool))).toEqual(['reservation_line']);
  }, 30_000);

  const postMixed = async (): Promise<void> => {
    const sender = new Sender(crew.member('ingest'), ground);
    const events = mixedHistory({ seed: SEED, count: EVENTS, now: Date.now() });
    for (let from = 0; from < events.length; from += BATCH_EVENTS) {
      const batch = events.slice(from, from + BATCH_EVENTS);
      await sender.postUntilAccepted(batch);
      if (from % (BATCH_EVENTS * 5) === 0) await sender.postUntilAccepted(batch);
      if (from !== BATCH_EVENTS * 12) continue;
      await crew.member('inventory').end('SIGKILL');
      await crew.member('inventory').start();
    }
  };

  /** What the door does not let through, or only our own services write. */
  const writePastTheDoor = async (): Promise<void> => {
    const lines = [{ sku: 'A', quantity: 5 }];
    await log.event('policy.set', { id: 'policy-1', source: 'quayside:gateway' }, { location: HERE, sku: 'A', reorderPoint: 7 });
    await log.event('stock.received', { id: 'twice', hash: 'one' }, { location: HERE, lines });
    await log.event('stock.received', { id: 'twice', hash: 'another' }, { location: HERE, lines });
    await log.event('stock.received', { id: 'ahead', occurredAt: Date.now() + 3 * 86_400_000 }, { location: HERE, lines });
    await log.event('stock.received', { id: 'words' }, { location: HERE, lines: [{ sku: 'A', quantity: 'five' }] });
    await log.event('order.placed', { id: 'placed' }, { location: HERE, order: 'SO-VOID', lines: [{ line: 1, sku: 'A', quantity: 1 }] });
    await log.event('event.voided', { id: 'void-placed' }, { location: HERE, source: '/test', id: 'placed', reason: 'did_not_occur' });
    await log.append(partitionOf(HERE), ['{"no":"event"']);
  };

  const decideQuarantined = async (): Promise<void> => {
    let waiting: readonly Line[] = [];
    const placeOf = (reason: string, told: string): string | null => {
      const line = waiting.find((each) => each['reason'] === reason && `${String(each['id'])} ${String(each['detail'])}`.includes(told));
      return line === undefined ? null : `${String(line['partition'])}.${String(line['offset'])}`;
    };
    const decide = async (place: string | null, ...args: string[]): Promise<void> => {
      const ran = await quayside.run(['quarantine', args[0] ?? '', place ?? 'nowhere', '--reason', 'looked at', '--by', 'ann', ...args.slice(1)]);
      if (ran.code !== 0) throw new Error(`quarantine ${args.join(' ')}: ${ran.err}${ran.out}`);
    };
    const corrected = join(ground.folder, 'corrected.json');
    writeFileSync(corrected, JSON.stringify({ location: HERE, lines: [{ sku: 'A', quantity: 5 }] }));
    await until('the last of them waits', 30_000, async () => {
      waiting = (await quayside.run(['quarantine', 'list'])).lines.filter(({ type }) => type === 'quarantined');
      return placeOf('VOID_NOT_ALLOWED', 'void-placed') !== null;
    });
    await decide(placeOf('CLOCK_SKEW', 'ahead'), 'release');
    await decide(placeOf('UNREADABLE', 'quantity'), 'release', '--data', corrected);
    await decide(placeOf('ID_CONFLICT', 'twice'), 'dismiss');
  };
});

const settingsOf = (ground: Ground) => ({ brokers: [ground.stack.kafka], prefix: ground.topicPrefix, clientId: 'rebuild', logger: SILENT });

/** Every record is applied, every far end has come and no reservation is still to expire: twice in a row, since one makes another. */
async function isIdle(ground: Ground): Promise<void> {
  let quiet = 0;
  let last = '';
  await until('nothing happens any more', 60_000, async () => {
    const ends = await readTopicEnds(settingsOf(ground), 'events');
    const { rows } = await ground.postgres.query<{ partition: number; next_offset: string }>('SELECT partition, next_offset FROM fence ORDER BY partition');
    const isApplied = rows.length === PARTITION_COUNT && rows.every(({ partition, next_offset }) => Number(next_offset) === ends.get(partition)?.high);
    const { rows: due } = await ground.postgres.query<{ count: string }>('SELECT count(*) FROM reservation WHERE expiry_offset IS NOT NULL');
    const now = JSON.stringify(rows);
    quiet = isApplied && Number(due[0]?.count) === 0 && now === last ? quiet + 1 : 0;
    last = now;
    return quiet >= 20;
  });
}

/** The real work of inventory over the whole log, cut as it comes, with nothing published. */
async function rebuild(ground: Ground, schema: string): Promise<Database> {
  const environment = { ...process.env, ...ground.environment(), QUAYSIDE_SCHEMA: schema };
  await promisify(execFile)(process.execPath, [join(ROOT, 'tools', 'setup.mjs')], { env: environment });
  const database = openDatabase({ url: ground.stack.postgres, schema });
  const work = new InventoryWork({
    store: inventoryStoreOf(database),
    live: new MemoryLiveLevels(),
    log: { publish: async () => {} },
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    onHopFault: () => {},
    now: Date.now,
    randomToken: randomUUID,
    onBatch: () => {},
    onRefused: () => {},
  });
  for (let partition = 0; partition < PARTITION_COUNT; partition++) await work.start(partition);
  const ended = new Set<number>();
  const faults: unknown[] = [];
  const following = await followTopic(settingsOf(ground), {
    role: 'events',
    backRecords: Infinity,
    onState: () => {},
    onRecords: async (partition, records) => {
      if (records.length === 0) ended.add(partition);
      try {
        for (let rest = records; rest.length > 0;) {
          const taken = await work.take(partition, rest);
          if (taken.kind !== 'done') throw new Error(`A batch of partition ${partition} from ${rest[0]?.offset} was ${taken.kind}`);
          rest = rest.filter(({ offset }) => offset >= taken.nextOffset);
        }
      } catch (cause) {
        faults.push(cause);
      }
    },
  });
  await until('the log is read to its end', 90_000, async () => ended.size === PARTITION_COUNT || faults.length > 0);
  await following.close();
  for (let partition = 0; partition < PARTITION_COUNT; partition++) work.drop(partition);
  if (faults.length > 0) throw faults[0];
  return database;
}

function changedTables(before: ReadonlyMap<StateTable, TableHash>, after: ReadonlyMap<StateTable, TableHash>): StateTable[] {
  return [...before.keys()].filter((table) => before.get(table)?.hash !== after.get(table)?.hash);
}
