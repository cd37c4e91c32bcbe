import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { Crew } from '../harness/crew.js';
import { Ground } from '../harness/ground.js';
import { differences, onHandInGraphql, onHandInLedger, onHandInPostgres, onHandInRedis, type OnHand } from '../harness/oracle.js';
import { cloudEvent, Sender } from '../harness/sender.js';
import { describeWithShared, SHARED } from '../harness/shared.js';
import { until } from '../harness/until.js';
import { classOf, findPricedInvoices, RETAIL_LOCATION, retailEvent } from '../retail/retailEvents.js';
import { readExpectedRows, readRetailRows } from '../retail/retailRows.js';

/** RETAIL_ROWS bounds the run (CI: 100,000); without it, all 674,937 rows. */
const ROWS = Number(process.env['RETAIL_ROWS'] ?? Infinity);
const BATCH_EVENTS = 1_000;
const HISTORY = 'online-retail.csv.gz';
const REEXPORT = 'online-retail-reexport.csv.gz';

interface Restocked {
  sku: string;
  opening: string;
  final: string;
  threshold: string;
}

describeWithShared(`data/${HISTORY}`, `the public history, restocked, through the real stack (${Number.isFinite(ROWS) ? ROWS : 'all'} rows)`, () => {
  let ground: Ground;
  let crew: Crew;
  let sender: Sender;
  const restocked = new Map(read<Restocked>('expected/restocked-stock.csv').map((row) => [row.sku, row]));
  const receipts = read<{ ts: string; sku: string; quantity: string }>('expected/receipts.csv.gz');
  const expected: OnHand = new Map();
  let posted = 0;
  let setAside = 0;
  let rows = 0;

  beforeAll(async () => {
    ground = await Ground.make('verifyretail');
    crew = await Crew.start(ground, ['ingest', 'inventory', 'gateway']);
    sender = new Sender(crew.member('ingest'), ground);
  }, 120_000);
  afterAll(async () => {
    await crew?.close();
    await ground?.close();
  }, 120_000);

  const add = (sku: string, delta: number): void => void expected.set(`${RETAIL_LOCATION}/${sku}`, (expected.get(`${RETAIL_LOCATION}/${sku}`) ?? 0) + delta);
  const keyCounts = async (): Promise<{ applied: number; repeats: number }> => {
    const { rows: found } = await ground.postgres.query<{ applied: string; repeats: string }>(
      "SELECT count(*) FILTER (WHERE state = 'APPLIED') AS applied, coalesce(sum(repeats), 0) AS repeats FROM event_key",
    );
    return { applied: Number(found[0]?.applied), repeats: Number(found[0]?.repeats) };
  };
  const crossings = async (threshold: string): Promise<number> => {
    const { rows: found } = await ground.postgres.query<{ count: string }>(
      `SELECT count(*) FROM (
         SELECT l.on_hand_after AS after, lag(l.on_hand_after) OVER (PARTITION BY l.sku ORDER BY l."offset", l.line) AS before, ${threshold} AS bound
         FROM ledger l JOIN unnest($1::text[], $2::bigint[]) AS given (sku, threshold) USING (sku)
       ) AS steps WHERE before > bound AND after <= bound`,
      [[...restocked.keys()], [...restocked.values()].map((row) => Number(row.threshold))],
    );
    return Number(found[0]?.count);
  };

  it('gives the on-hand of the answers for every SKU in Postgres, in the ledger, in Redis and over GraphQL', async () => {
    const priced = await findPricedInvoices(HISTORY);
    const startedAt = Date.now();
    const poster = new Poster(sender);
    for (const { sku, opening } of restocked.values()) {
      if (Number(opening) === 0) continue;
      add(sku, Number(opening));
      await poster.add(
        cloudEvent({
          id: `opening/${sku}`,
          source: '/retail/uk',
          time: '2009-11-30T00:00:00Z',
          type: 'stock.adjusted',
          data: { location: RETAIL_LOCATION, reason: 'openingBalance', lines: [{ sku, delta: Number(opening) }] },
        }),
      );
    }
    const answers = readExpectedRows(ROWS);
    let nextReceipt = 0;
    for await (const row of readRetailRows(HISTORY, ROWS)) {
      for (let receipt = receipts[nextReceipt]; receipt !== undefined && receipt.ts.slice(0, 10) <= row.time.slice(0, 10); receipt = receipts[++nextReceipt]) {
        add(receipt.sku, Number(receipt.quantity));
        await poster.add(
          cloudEvent({
            id: `receipt/${receipt.ts}/${receipt.sku}`,
            source: '/retail/uk',
            time: `${receipt.ts}Z`,
            type: 'stock.received',
            data: { location: RETAIL_LOCATION, lines: [{ sku: receipt.sku, quantity: Number(receipt.quantity) }] },
          }),
        );
      }
      const kind = classOf(row, priced);
      const answer = (await answers.next()).value;
      if (answer === undefined || answer.kind !== kind) throw new Error(`Row ${row.number} is ${kind} here and ${answer?.kind} in the answers`);
      rows++;
      const event = retailEvent(row, kind);
      if (event === null) setAside++;
      else {
        add(answer.sku, answer.delta);
        await poster.add(event);
      }
    }
    // Receipts after the last row's day belong to the whole history.
    for (const receipt of rows < 674_937 ? [] : receipts.slice(nextReceipt)) {
      add(receipt.sku, Number(receipt.quantity));
      await poster.add(
        cloudEvent({
          id: `receipt/${receipt.ts}/${receipt.sku}`,
          source: '/retail/uk',
          time: `${receipt.ts}Z`,
          type: 'stock.received',
          data: { location: RETAIL_LOCATION, lines: [{ sku: receipt.sku, quantity: Number(receipt.quantity) }] },
        }),
      );
    }
    await poster.flush();
    posted = poster.posted;
    const postedAt = Date.now();
    await until('all is applied', 300_000, async () => (await keyCounts()).applied === posted);
    const seconds = (Date.now() - startedAt) / 1000;
    console.log(
      `rows=${rows} events=${posted} set_aside=${setAside} posted_s=${((postedAt - startedAt) / 1000).toFixed(1)} applied_s=${seconds.toFixed(1)} rows_per_s=${Math.round(rows / seconds)} events_per_s=${Math.round(posted / seconds)}`,
    );
    expect(differences(expected, await onHandInPostgres(ground))).toEqual([]);
    expect(differences(expected, await onHandInLedger(ground))).toEqual([]);
    await until('Redis shows it', 15_000, async () => differences(expected, await onHandInRedis(ground, expected.keys())).length === 0);
    expect(differences(expected, await onHandInGraphql(crew.member('gateway'), ground.tokens.reader))).toEqual([]);
    if (rows === 674_937) {
      expect(expected.size).toBe(4_591);
      expect([...restocked.values()].filter((row) => expected.get(`${RETAIL_LOCATION}/${row.sku}`) !== Number(row.final))).toEqual([]);
    }
  }, 900_000);

  it('has the oversell and low crossings of the answers in the ledger', async () => {
    const wanted = { OVERSELL: 0, LOW: 0 };
    for (const crossing of read<{ alert: 'OVERSELL' | 'LOW'; invoice: string; line: string }>('expected/restocked-alerts.csv.gz')) {
      if (placeOf(crossing) > rows) break;
      wanted[crossing.alert]++;
    }
    const found = { OVERSELL: await crossings('-1::bigint'), LOW: await crossings('given.threshold') };
    console.log(`crossings: oversell=${found.OVERSELL} low=${found.LOW}`);
    if (rows === 674_937) expect(found).toEqual({ OVERSELL: 8_026, LOW: 9_871 });
    expect(found).toEqual(wanted);
  }, 120_000);

  it('is not changed by a second export of nine days: every row of it is a repeat', async () => {
    if (rows < 674_937) return;
    const before = await keyCounts();
    const priced = await findPricedInvoices(REEXPORT);
    const poster = new Poster(sender);
    let services = 0;
    for await (const row of readRetailRows(REEXPORT)) {
      const event = retailEvent(row, classOf(row, priced));
      if (event === null) services++;
      else await poster.add(event);
    }
    await poster.flush();
    await until('all repeats are counted', 60_000, async () => (await keyCounts()).repeats - before.repeats === poster.posted);
    console.log(`reexport: rows=${poster.posted + services} services=${services} duplicates=${poster.posted}`);
    expect([poster.posted, services]).toEqual([22_423, 100]);
    expect((await keyCounts()).applied).toBe(before.applied);
    expect(differences(expected, await onHandInPostgres(ground))).toEqual([]);
  }, 300_000);

  it('adds up: received = applied + set aside + quarantined', async () => {
    const { rows: found } = await ground.postgres.query<{ count: string }>('SELECT count(*) FROM quarantine');
    expect(Number(found[0]?.count)).toBe(0);
    expect((await keyCounts()).applied).toBe(posted);
  });

  let positions: Map<string, number> | null = null;
  /** Places of rows in the file, by invoice and line: the answers name their rows by them. */
  function placeOf({ invoice, line }: { invoice: string; line: string }): number {
    positions ??= new Map(read<{ invoice: string; line: string }>(HISTORY).map((each, index) => [`${each.invoice}/${each.line}`, index + 1]));
    return positions.get(`${invoice}/${line}`) ?? Infinity;
  }
});

/** One poster: a batch is acknowledged before the next is sent, so facts stand in the log in the order of the file. */
class Poster {
  posted = 0;
  private batch: Record<string, unknown>[] = [];

  constructor(private readonly sender: Sender) {}

  async add(event: Record<string, unknown>): Promise<void> {
    this.batch.push(event);
    if (this.batch.length === BATCH_EVENTS) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.batch.length === 0) return;
    await this.sender.postUntilAccepted(this.batch);
    this.posted += this.batch.length;
    this.batch = [];
  }
}

function read<Row>(file: string): Row[] {
  const bytes = readFileSync(join(SHARED, 'data', file));
  return parse(file.endsWith('.gz') ? gunzipSync(bytes) : bytes, { columns: true }) as Row[];
}
