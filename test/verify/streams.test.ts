import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Crew, type Member } from '../harness/crew.js';
import { ask } from '../harness/graphql.js';
import { Ground } from '../harness/ground.js';
import { seeded, startLoad } from '../harness/load.js';
import { cloudEvent, Sender } from '../harness/sender.js';
import { until } from '../harness/until.js';
import { ledgerFaults, ledgerId } from '../streams/ledgerOrder.js';
import { StreamReader, type StreamBatch } from '../streams/StreamReader.js';
import { differences, View, type Shown } from '../streams/View.js';

/** STREAMS_SECONDS and STREAMS_CUTS bound the run (CI: 25 and 200). SEED repeats its choices. */
const SECONDS = Number(process.env['STREAMS_SECONDS'] ?? 150);
const CUTS = Number(process.env['STREAMS_CUTS'] ?? 1_000);
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const LEVEL_READERS = 38;
const ORDER_READERS = 7;
const LEDGER_READERS = 5;
const PAUSED = 10;
const ORDERS_A_SECOND = 20;
/** Everything has to stand still by then. */
const SETTLE_MS = 20_000;
/** A gateway with all of these readers, after all that was sent. */
const RSS_MB_MAX = 700;

interface LevelObject extends Shown {
  readonly onHand: number;
  readonly available: number;
}
interface LevelBatch extends StreamBatch {
  readonly levels: readonly LevelObject[];
}
interface OrderObject extends Shown {
  readonly stage: string;
}
interface OrderBatch extends StreamBatch {
  readonly orders: readonly OrderObject[];
}
interface LedgerBatch extends StreamBatch {
  readonly entries: readonly { readonly id: string }[];
}
interface LevelFollower {
  readonly reader: StreamReader<LevelBatch>;
  readonly view: View<LevelObject>;
  /** SQL of what it should show. */
  readonly where: string;
}

/** Filters whose objects leave and come back as stock goes below zero and up again, and others that never change. */
const FILTERS = [
  { filter: '{}', where: 'true' },
  { filter: '{ negative: true }', where: '(sellable + inspection + hold + damaged < 0 OR sellable - reserved < 0)' },
  { filter: '{ negative: false }', where: 'NOT (sellable + inspection + hold + damaged < 0 OR sellable - reserved < 0)' },
  { filter: '{ skus: ["S1", "S2", "S3"] }', where: "sku IN ('S1', 'S2', 'S3')" },
  { filter: `{ locationIds: ["${Buffer.from('location\tL3').toString('base64url')}"] }`, where: "location = 'L3'" },
  {
    filter: '{ search: "S1", negative: false }',
    where: "starts_with(sku, 'S1') AND NOT (sellable + inspection + hold + damaged < 0 OR sellable - reserved < 0)",
  },
];
const showLevel = ({ version, onHand, available }: LevelObject): string => `${version} ${onHand} ${available}`;

describe(`${LEVEL_READERS + ORDER_READERS + LEDGER_READERS} live readers, ${CUTS} cuts in ${SECONDS} s, two gateways killed in turn`, () => {
  let ground: Ground;
  let crew: Crew;
  const gateways = (): Member[] => [crew.member('gateway'), crew.member('gateway-2')];

  beforeAll(async () => {
    ground = await Ground.make('streams');
    crew = await Crew.start(ground, ['ingest', 'inventory', 'gateway', 'gateway-2']);
  }, 120_000);
  afterAll(async () => {
    await crew?.close();
    await ground?.close();
  }, 120_000);

  it('end with the right view each, without a gap, and the ledger’s with each row once in order', async () => {
    const random = seeded(SEED);
    const parts = { token: ground.tokens.reader, urls: gateways().map(({ url }) => url), random };
    const start = await ask<{ ledger: { streamCursor: string } }>(crew.member('gateway'), ground.tokens.reader, {
      query: '{ ledger(first: 1) { streamCursor } }',
    });
    const after = start.data?.ledger.streamCursor ?? '';
    const levels = Array.from({ length: LEVEL_READERS }, (_unused, index): LevelFollower => {
      const { filter, where } = FILTERS[index % FILTERS.length] ?? { filter: '{}', where: 'true' };
      const view = new View<LevelObject>();
      const query = `subscription S($after: Cursor) { stockLevelChanges(filter: ${filter}, after: $after, options: { coalesceMs: ${index % 2 === 0 ? 0 : 100}, heartbeatMs: 2000 }) { kind cursor complete removedIds levels { id version onHand available } } }`;
      const take = (batch: LevelBatch): void => view.take(batch, batch.levels);
      return { reader: new StreamReader<LevelBatch>({ ...parts, query, field: 'stockLevelChanges', take }), view, where };
    });
    const orders = Array.from({ length: ORDER_READERS }, () => {
      const view = new View<OrderObject>();
      const query = `subscription S($after: Cursor) { orderChanges(after: $after, options: { coalesceMs: 50, heartbeatMs: 2000 }) { kind cursor complete removedIds orders { id version stage } } }`;
      return { reader: new StreamReader<OrderBatch>({ ...parts, query, field: 'orderChanges', take: (batch) => view.take(batch, batch.orders) }), view };
    });
    const ledgers = Array.from({ length: LEDGER_READERS }, () => {
      const rows: string[] = [];
      const query = 'subscription S($after: Cursor) { ledgerEntries(after: $after, batchSize: 100) { kind cursor complete entries { id } } }';
      const take = (batch: LedgerBatch): void => void rows.push(...batch.entries.map(({ id }) => id));
      return { reader: new StreamReader<LedgerBatch>({ ...parts, query, field: 'ledgerEntries', after, take }), rows };
    });
    const readers = [...levels, ...orders, ...ledgers].map(({ reader }) => reader);
    const sender = new Sender(crew.member('ingest'), ground);
    const load = startLoad(sender, { seed: SEED, posters: 1 });
    const ordering = placeOrders(sender, SECONDS);
    await sleep(1_000);
    const paused = [...levels.slice(0, PAUSED - 2), ...orders.slice(0, 1), ...ledgers.slice(0, 1)].map(({ reader }) => reader);
    const pausing = pauseAgainAndAgain(paused);
    const memory = watchMemory(gateways);
    const kills = killInTurn(gateways(), SECONDS);
    const cuttable = readers.filter((reader) => !paused.includes(reader));
    for (let cut = 0; cut < CUTS; cut++) {
      cuttable[Math.floor(random() * cuttable.length)]?.cut();
      await sleep((SECONDS * 1_000 * 0.9) / CUTS);
    }
    await Promise.all([kills, ordering]);
    await load.stop();
    pausing.stop();
    const rss = memory.stop();

    const wrong = await settled(SETTLE_MS, async () => {
      let count = 0;
      for (const { view, where } of levels) count += differences(view.objects, await levelTruth(ground, where), showLevel);
      const orderTruth = await ordersTruth(ground);
      for (const { view } of orders) count += differences(view.objects, orderTruth, ({ version, stage }) => `${version} ${stage}`);
      return count;
    });
    const truth = await ledgerTruth(ground);
    const gaps = await settled(SETTLE_MS, async () =>
      ledgers.reduce((sum, { rows }) => sum + Object.values(ledgerFaults(rows, truth)).reduce((a, b) => a + b, 0), 0),
    );
    const reordered = [...levels, ...orders].reduce((sum, { view }) => sum + view.reordered, 0);
    const failures = readers.flatMap((reader) => reader.failures);
    await Promise.all(readers.map((reader) => reader.stop()));
    const sumOf = (figure: (reader: (typeof readers)[number]) => number): number => readers.reduce((sum, reader) => sum + figure(reader), 0);
    console.log(
      `clients=${readers.length} paused=${PAUSED} cuts=${CUTS} gateway_kills=${KILLS} seconds=${SECONDS} events=${load.acknowledged} events_per_s=${Math.round(load.acknowledged / SECONDS)} ledger_rows=${truth.size} ` +
        `resumed=${sumOf(({ resumes }) => resumes)} resets=${sumOf(({ resets }) => resets)} repeated=${[...levels, ...orders].reduce((sum, { view }) => sum + view.repeated, 0)} ` +
        `wrong=${wrong} gaps=${gaps} reordered=${reordered} rss_mb=${rss.join('..')} seed=${SEED}`,
    );
    expect({ wrong, gaps, reordered, failures }).toEqual({ wrong: 0, gaps: 0, reordered: 0, failures: [] });
    expect(sumOf(({ resumes }) => resumes)).toBeGreaterThan(CUTS / 2);
    expect(Math.max(...rss)).toBeLessThan(RSS_MB_MAX);
    // Flat: the last third holds what the middle one held, but for what a heap breathes.
    expect(rss[2]).toBeLessThan((rss[1] ?? 0) * 1.3 + 40);
  }, 900_000);

  it('are held against checks that find one stale object, one lost row, one row twice, and one out of order', () => {
    const view = new View<LevelObject>();
    const level = (id: string, version: number): LevelObject => ({ id, version, onHand: version, available: version });
    const delta = { kind: 'DELTA', cursor: '', complete: true } as const;
    view.take({ ...delta, kind: 'SNAPSHOT' }, [level('a', 1), level('b', 1)]);
    view.take(delta, [level('a', 2)]);
    const truth = new Map([
      ['a', '2 2 2'],
      ['b', '1 1 1'],
    ]);
    expect(differences(view.objects, truth, showLevel)).toBe(0);
    // What a dropped batch would leave behind.
    expect(differences(view.objects, new Map([...truth, ['b', '2 2 2']]), showLevel)).toBe(1);
    expect(differences(view.objects, new Map([...truth, ['c', '1 1 1']]), showLevel)).toBe(1);
    view.take(delta, [level('a', 1)]);
    expect(view.reordered).toBe(1);
    // A snapshot may be ahead of its cursor.
    view.take(delta, [level('b', 0)]);
    expect(view.reordered).toBe(1);
    const ids = [ledgerId(0, 1, 1), ledgerId(0, 1, 2), ledgerId(0, 2, 1)];
    const [first = '', second = '', third = ''] = ids;
    expect(ledgerFaults(ids, new Set(ids))).toEqual({ missing: 0, doubled: 0, unknown: 0, reordered: 0 });
    expect(ledgerFaults([first, third], new Set(ids)).missing).toBe(1);
    expect(ledgerFaults([first, second, second, third], new Set(ids)).doubled).toBe(1);
    expect(ledgerFaults([second, first, third], new Set(ids)).reordered).toBe(1);
  });
});

const KILLS = 4;
/** A gateway closes a socket that has not answered its ping for 12 s: the longest that a reader can stand still. */
const PAUSE_MS = 10_000;

/** Readers that stand still nearly all the time, and stay. */
function pauseAgainAndAgain(readers: readonly { pause(): void; resume(): void }[]): { stop(): void } {
  const still = (): void => {
    for (const reader of readers) reader.pause();
  };
  const go = (): void => {
    for (const reader of readers) reader.resume();
  };
  still();
  const timer = setInterval(() => {
    go();
    setTimeout(still, 500);
  }, PAUSE_MS);
  return {
    stop: () => {
      clearInterval(timer);
      setTimeout(go, 600);
    },
  };
}

/** Each gateway twice: SIGKILL, a moment without it, and again. */
async function killInTurn(gateways: readonly Member[], seconds: number): Promise<void> {
  for (let kill = 0; kill < KILLS; kill++) {
    await sleep((seconds * 1_000 * 0.3) / (KILLS + 1)); // early, so that memory can be compared after the last
    const gateway = gateways[kill % gateways.length];
    await gateway?.end('SIGKILL');
    await sleep(500);
    await gateway?.start();
  }
}

/** Orders that are placed, and shipped a moment later. */
async function placeOrders(sender: Sender, seconds: number): Promise<void> {
  for (let tick = 0; tick < seconds * 2; tick++) {
    const numbers = Array.from({ length: ORDERS_A_SECOND / 2 }, (_unused, index) => `SO-${tick}-${index}`);
    const location = `L${tick % 12}`;
    await sender.postUntilAccepted([
      ...numbers.map((order) =>
        cloudEvent({
          id: `place-${order}`,
          type: 'order.placed',
          data: { order, location, policy: 'BACKORDER', lines: [{ line: 1, sku: 'S1', quantity: 1 }] },
        }),
      ),
      ...numbers.map((order) =>
        cloudEvent({ id: `ship-${order}`, type: 'stock.shipped', data: { location, order, lines: [{ line: 1, sku: 'S1', quantity: 1 }] } }),
      ),
    ]);
    await sleep(500);
  }
}

/** The figure once it is 0, or as it stands when the time is over. */
async function settled(withinMs: number, figure: () => Promise<number>): Promise<number> {
  let last = -1;
  await until('it stands', withinMs, async () => (last = await figure()) === 0).catch(() => {}); // told by what is expected of the figure
  return last;
}

async function levelTruth(ground: Ground, where: string): Promise<Map<string, string>> {
  const { rows } = await ground.postgres.query<{ id: string; shown: string }>(
    `SELECT location || E'\\t' || sku AS id, version || ' ' || (sellable + inspection + hold + damaged) || ' ' || (sellable - reserved) AS shown FROM level WHERE ${where}`,
  );
  return new Map(rows.map(({ id, shown }) => [Buffer.from(`level\t${id}`).toString('base64url'), shown]));
}

async function ordersTruth(ground: Ground): Promise<Map<string, string>> {
  const { rows } = await ground.postgres.query<{ id: string; shown: string }>(
    `SELECT location || E'\\t' || number AS id, version || ' ' || stage AS shown FROM supply_order WHERE placed_at IS NOT NULL`,
  );
  return new Map(rows.map(({ id, shown }) => [Buffer.from(`order\t${id}`).toString('base64url'), shown]));
}

async function ledgerTruth(ground: Ground): Promise<Set<string>> {
  const { rows } = await ground.postgres.query<{ partition: number; offset: string; line: number }>('SELECT partition, "offset", line FROM ledger');
  return new Set(rows.map(({ partition, offset, line }) => ledgerId(partition, Number(offset), line)));
}

/** Resident memory of the gateways, MB: the middle one of the samples of each third of the run. */
function watchMemory(gateways: () => readonly Member[]): { stop(): number[] } {
  const samples: number[] = [];
  const timer = setInterval(() => {
    for (const { pid, isRunning } of gateways()) {
      if (!isRunning) continue;
      try {
        samples.push(Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024);
      } catch {
        // It was killed between the two looks.
      }
    }
  }, 500);
  return {
    stop: () => {
      clearInterval(timer);
      const third = Math.ceil(samples.length / 3);
      return [0, 1, 2].map((index) => Math.round(samples.slice(index * third, (index + 1) * third).toSorted((a, b) => a - b)[Math.floor(third / 2)] ?? 0));
    },
  };
}
