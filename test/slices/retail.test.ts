import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Crew } from '../harness/crew.js';
import { Ground } from '../harness/ground.js';
import { differences, onHandInGraphql, onHandInLedger, onHandInPostgres, onHandInRedis, type OnHand } from '../harness/oracle.js';
import { Sender } from '../harness/sender.js';
import { describeWithShared, SHARED } from '../harness/shared.js';
import { until } from '../harness/until.js';
import { classOf, RETAIL_LOCATION, retailEvent, shopAt } from '@quayside/cli/replayEvents.js';
import { findPricedInvoices } from '@quayside/cli/replayHistory.js';
import { readRetailRows } from '@quayside/cli/replayRows.js';
import { readAnswers } from '../retail/retailAnswers.js';

const ROWS = 8_000;
const BATCH_EVENTS = 500;
const FILE = 'data/online-retail.csv.gz';

describeWithShared(FILE, `the first ${ROWS} rows of the public history, posted through ingest`, () => {
  let ground: Ground;
  let crew: Crew;
  let sender: Sender;
  const events: Record<string, unknown>[] = [];
  const expected: OnHand = new Map();

  beforeAll(async () => {
    // An invoice's lines stand together: those of the last one go on behind the rows that are posted.
    const priced = await findPricedInvoices(join(SHARED, FILE), ROWS + 1_000);
    const answers = readAnswers(ROWS);
    for await (const row of readRetailRows(join(SHARED, FILE), ROWS)) {
      const kind = classOf(row, priced);
      const answer = (await answers.next()).value;
      if (answer === undefined || answer.class !== kind) throw new Error(`Row ${row.number} is ${kind} here and ${answer?.class} in the answers`);
      const event = retailEvent(row, kind, { shop: shopAt(RETAIL_LOCATION) });
      if (event === null) continue;
      events.push(event);
      const key = `${RETAIL_LOCATION}/${answer.sku}`;
      expected.set(key, (expected.get(key) ?? 0) + answer.delta);
    }
    ground = await Ground.make('retail');
    crew = await Crew.start(ground, ['ingest', 'inventory', 'gateway']);
    sender = new Sender(crew.member('ingest'), ground);
  }, 120_000);

  afterAll(async () => {
    await crew?.close();
    await ground?.close();
  }, 60_000);

  const postAll = async (): Promise<void> => {
    for (let from = 0; from < events.length; from += BATCH_EVENTS) {
      const { status, body } = await sender.post(events.slice(from, from + BATCH_EVENTS));
      expect([status, body['rejected']]).toEqual([202, 0]);
    }
  };
  const appliedAndRepeated = async (): Promise<[number, number]> => {
    const { rows } = await ground.postgres.query<{ applied: string; repeats: string }>(
      'SELECT count(*) AS applied, coalesce(sum(repeats), 0) AS repeats FROM event_key',
    );
    return [Number(rows[0]?.applied), Number(rows[0]?.repeats)];
  };

  it('give the on-hand of the answers for every SKU, in Postgres, in the ledger, in Redis and over GraphQL', async () => {
    await postAll();
    await until('all is applied', 60_000, async () => (await appliedAndRepeated())[0] === events.length);
    expect(differences(expected, await onHandInPostgres(ground))).toEqual([]);
    expect(differences(expected, await onHandInLedger(ground))).toEqual([]);
    await until('Redis shows it', 5_000, async () => differences(expected, await onHandInRedis(ground, expected.keys())).length === 0);
    expect(differences(expected, await onHandInGraphql(crew.member('gateway'), ground.tokens.reader))).toEqual([]);
  }, 120_000);

  it('change nothing when they are posted again', async () => {
    await postAll();
    await until('all repeats are counted', 60_000, async () => (await appliedAndRepeated())[1] === events.length);
    expect((await appliedAndRepeated())[0]).toBe(events.length);
    expect(differences(expected, await onHandInLedger(ground))).toEqual([]);
    expect(differences(expected, await onHandInRedis(ground, expected.keys()))).toEqual([]);
    const { rows } = await ground.postgres.query<{ count: string }>('SELECT count(*) FROM quarantine');
    expect(Number(rows[0]?.count)).toBe(0);
  }, 120_000);
});
