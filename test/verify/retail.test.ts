import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Crew } from '../harness/crew.js';
import { Ground } from '../harness/ground.js';
import { differences, onHandInGraphql, onHandInLedger, onHandInPostgres, onHandInRedis } from '../harness/oracle.js';
import { Sender } from '../harness/sender.js';
import { describeWithShared, SHARED } from '../harness/shared.js';
import { until } from '../harness/until.js';
import { classOf, RETAIL_LOCATION, retailEvent, shopAt, type SentEvent } from '@quayside/cli/replayEvents.js';
import { findPricedInvoices, nothingReplayed, outlineOf, retailHistory } from '@quayside/cli/replayHistory.js';
import { readGzippedCsv, readRetailRows } from '@quayside/cli/replayRows.js';
import { answerOf, HISTORY, readAnswerFile, type RetailAnswer } from '../retail/retailAnswers.js';

/** RETAIL_ROWS bounds the run (CI: 100,000); without it, all 674,937 rows. */
const ROWS = Number(process.env['RETAIL_ROWS'] ?? Infinity);
const BATCH_EVENTS = 1_000;
const REEXPORT = join(SHARED, 'data', 'online-retail-reexport.csv.gz');

interface Restocked {
  sku: string;
  opening: string;
  final: string;
  threshold: string;
}

describeWithShared(HISTORY, `the public history, restocked, through the real stack (${Number.isFinite(ROWS) ? ROWS : 'all'} rows)`, () => {
  let ground: Ground;
  let crew: Crew;
  let sender: Sender;
  let answer: RetailAnswer;
  let restocked: ReadonlyMap<string, Restocked>;
  let posted = 0;

  beforeAll(async () => {
    ground = await Ground.make('verifyretail');
    crew = await Crew.start(ground, ['ingest', 'inventory', 'gateway']);
    sender = new Sender(crew.member('ingest'), ground);
    answer = await answerOf(ROWS);
    restocked = new Map(readAnswerFile<Restocked>('restocked-stock.csv').map((row) => [row.sku, row]));
  }, 120_000);
  afterAll(async () => {
    await crew?.close();
    await ground?.close();
  }, 120_000);

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
    const replay = { shared: SHARED, rowsMax: ROWS, location: RETAIL_LOCATION, asOrders: false };
    const outline = await outlineOf(replay);
    const tally = nothingReplayed();
    const startedAt = Date.now();
    const poster = new Poster(sender);
    for await (const { event } of retailHistory(replay, outline, tally)) await poster.add(event);
    await poster.flush();
    posted = poster.posted;
    const postedAt = Date.now();
    await until('all is applied', 300_000, async () => (await keyCounts()).applied === posted);
    const seconds = (Date.now() - startedAt) / 1000;
    console.log(
      `rows=${answer.rows} events=${posted} set_aside=${tally.setAside} posted_s=${((postedAt - startedAt) / 1000).toFixed(1)} applied_s=${seconds.toFixed(1)} rows_per_s=${Math.round(answer.rows / seconds)} events_per_s=${Math.round(posted / seconds)}`,
    );
    expect([tally.rows, tally.setAside]).toEqual([answer.rows, answer.setAside]);
    expect(differences(answer.onHand, await onHandInPostgres(ground))).toEqual([]);
    expect(differences(answer.onHand, await onHandInLedger(ground))).toEqual([]);
    await until('Redis shows it', 15_000, async () => differences(answer.onHand, await onHandInRedis(ground, answer.onHand.keys())).length === 0);
    expect(differences(answer.onHand, await onHandInGraphql(crew.member('gateway'), ground.tokens.reader))).toEqual([]);
    if (answer.isWhole) {
      expect(answer.onHand.size).toBe(4_591);
      expect([...restocked.values()].filter((row) => answer.onHand.get(`${RETAIL_LOCATION}/${row.sku}`) !== Number(row.final))).toEqual([]);
    }
  }, 900_000);

  it('has the oversell and low crossings of the answers in the ledger', async () => {
    const wanted = { OVERSELL: 0, LOW: 0 };
    const places = await readPlaces();
    for (const crossing of readAnswerFile<{ alert: 'OVERSELL' | 'LOW'; invoice: string; line: string }>('restocked-alerts.csv.gz')) {
      if ((places.get(`${crossing.invoice}/${crossing.line}`) ?? Infinity) > answer.rows) break;
      wanted[crossing.alert]++;
    }
    const found = { OVERSELL: await crossings('-1::bigint'), LOW: await crossings('given.threshold') };
    console.log(`crossings: oversell=${found.OVERSELL} low=${found.LOW}`);
    if (answer.isWhole) expect(found).toEqual({ OVERSELL: 8_026, LOW: 9_871 });
    expect(found).toEqual(wanted);
  }, 120_000);

  it('is not changed by a second export of nine days: every row of it is a repeat', async () => {
    if (!answer.isWhole) return;
    const before = await keyCounts();
    const priced = await findPricedInvoices(REEXPORT);
    const poster = new Poster(sender);
    let services = 0;
    for await (const row of readRetailRows(REEXPORT)) {
      const event = retailEvent(row, classOf(row, priced), { shop: shopAt(RETAIL_LOCATION) });
      if (event === null) services++;
      else await poster.add(event);
    }
    await poster.flush();
    await until('all repeats are counted', 60_000, async () => (await keyCounts()).repeats - before.repeats === poster.posted);
    console.log(`reexport: rows=${poster.posted + services} services=${services} duplicates=${poster.posted}`);
    expect([poster.posted, services]).toEqual([22_423, 100]);
    expect((await keyCounts()).applied).toBe(before.applied);
    expect(differences(answer.onHand, await onHandInPostgres(ground))).toEqual([]);
  }, 300_000);

  it('adds up: received = applied + set aside + quarantined', async () => {
    const { rows: found } = await ground.postgres.query<{ count: string }>('SELECT count(*) FROM quarantine');
    expect(Number(found[0]?.count)).toBe(0);
    expect((await keyCounts()).applied).toBe(posted);
  });
});

/** One poster: a batch is acknowledged before the next is sent, so facts stand in the log in the order of the file. */
class Poster {
  posted = 0;
  private batch: SentEvent[] = [];

  constructor(private readonly sender: Sender) {}

  async add(event: SentEvent): Promise<void> {
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

/** Places of rows in the file, by invoice and line: the answers name their rows by them. */
async function readPlaces(): Promise<Map<string, number>> {
  const places = new Map<string, number>();
  for await (const { invoice, line } of readGzippedCsv<{ invoice: string; line: string }>(join(SHARED, HISTORY)))
    places.set(`${invoice}/${line}`, places.size + 1);
  return places;
}
