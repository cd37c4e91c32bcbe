import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openingEvent, RETAIL_LOCATION, shopAt } from '@quayside/cli/replayEvents.js';
import { Quayside, type Line } from '../cli/quayside.js';
import { Crew } from '../harness/crew.js';
import { Ground } from '../harness/ground.js';
import { LogWriter } from '../harness/logWriter.js';
import { differences, onHandInGraphql, onHandInLedger, onHandInPostgres, onHandInRedis } from '../harness/oracle.js';
import { Sender } from '../harness/sender.js';
import { describeWithShared, SHARED } from '../harness/shared.js';
import { until } from '../harness/until.js';
import { episodesOf } from '../promises/episodes.js';
import { answerOf, HISTORY, readAnswerFile, type RetailAnswer } from '../retail/retailAnswers.js';

/** ORDERS_ROWS bounds the run (CI: 50,000); without it, all 674,937 rows. */
const ROWS = Number(process.env['ORDERS_ROWS'] ?? Infinity);
const NAMES = ['ingest', 'inventory', 'alerting', 'gateway'] as const;
/** 74,215 pieces of one item, undone 16 minutes later. */
const HUGE_ORDER = { number: '541431', sku: '23166', credit: 'C541433' };

describeWithShared(HISTORY, `the public history as orders and shipments, through quayside replay (${Number.isFinite(ROWS) ? ROWS : 'all'} rows)`, () => {
  let ground: Ground;
  let crew: Crew;
  let quayside: Quayside;
  let answer: RetailAnswer;
  let summary: Line = {};

  beforeAll(async () => {
    ground = await Ground.make('verifyorders');
    crew = await Crew.start(ground, NAMES);
    quayside = new Quayside(ground, crew, NAMES);
    answer = await answerOf(ROWS);
    // LOW_STOCK speaks only where somebody has set a point: the one of the answers, once the item's opening stock is there.
    const item = readAnswerFile<{ sku: string; opening: string; threshold: string }>('restocked-stock.csv').find(({ sku }) => sku === HUGE_ORDER.sku);
    const opening = openingEvent({ sku: HUGE_ORDER.sku, quantity: Number(item?.opening) }, shopAt(RETAIL_LOCATION));
    await new Sender(crew.member('ingest'), ground).postUntilAccepted([opening]);
    const log = await LogWriter.open(ground);
    const point = { location: RETAIL_LOCATION, sku: HUGE_ORDER.sku, reorderPoint: Number(item?.threshold) };
    await log.event('policy.set', { id: 'policy', source: 'quayside:gateway' }, point);
    await log.close();
  }, 120_000);
  afterAll(async () => {
    await crew?.close();
    await ground?.close();
  }, 120_000);

  it('is told whole: every order, line and unit is accepted and applied', async () => {
    const rows = Number.isFinite(ROWS) ? ['--rows', String(ROWS)] : [];
    const ran = await quayside.run(['replay', 'retail', '--orders', ...rows], { env: { QUAYSIDE_SHARED: SHARED } });
    expect([ran.code, ran.lines.filter(({ type }) => type === 'rejected')]).toEqual([0, []]);
    summary = ran.lines.at(-1) ?? {};
    // From the first request on: before it the command reads the file once through.
    const startedAt = Date.now() - Number(summary['tookMs']);
    await until('all is applied', 1_200_000, async () => {
      const { rows: found } = await ground.postgres.query<{ count: string }>(
        "SELECT count(*) FROM event_key WHERE state = 'APPLIED' AND source = '/retail/uk'",
      );
      return Number(found[0]?.count) === summary['events'];
    });
    const seconds = (Date.now() - startedAt) / 1_000;
    const { lines, units } = sumsOf(answer);
    expect(summary).toMatchObject({
      rows: answer.rows,
      setAside: answer.setAside,
      orders: answer.orders.size,
      orderLines: lines,
      unitsOrdered: units,
      rejected: 0,
    });
    console.log(
      `rows=${answer.rows} events=${String(summary['events'])} orders=${answer.orders.size} lines=${lines} units=${units} posted_s=${(Number(summary['tookMs']) / 1_000).toFixed(1)} applied_s=${seconds.toFixed(1)} events_per_s=${Math.round(Number(summary['events']) / seconds)}`,
    );
  }, 1_800_000);

  it('has the orders of the answers, with their lines and units, each shipped whole', async () => {
    const { rows: orders } = await ground.postgres.query<
      { number: string; stage: string } & Record<'line_count' | 'lines' | 'ordered' | 'shipped' | 'overshipped', string>
    >(
      `SELECT number, stage, line_count, ordered, supply_order.shipped, supply_order.overshipped, count(*) AS lines
       FROM supply_order JOIN (SELECT order_number FROM order_line) AS line ON line.order_number = number WHERE location = $1 GROUP BY partition, location, number`,
      [RETAIL_LOCATION],
    );
    const found = new Map(
      orders.map((order) => [
        order.number,
        `${order.lines} lines, ${order.line_count} counted: ${order.ordered} ordered, ${order.shipped} shipped, ${order.overshipped} beyond, ${order.stage}`,
      ]),
    );
    const expected = new Map(
      [...answer.orders].map(([number, { lines, units }]) => [
        number,
        `${lines} lines, ${lines} counted: ${units} ordered, ${units} shipped, 0 beyond, SHIPPED`,
      ]),
    );
    const wrong = [...new Set([...found.keys(), ...expected.keys()])].filter((number) => found.get(number) !== expected.get(number));
    expect(wrong.slice(0, 5).map((number) => `${number}: ${expected.get(number)} is expected, ${found.get(number)} is there`)).toEqual([]);
    const { rows: left } = await ground.postgres.query<{ count: string }>(
      'SELECT count(*) FROM order_line WHERE ordered <> shipped OR active + backordered + rejected + cancelled <> 0',
    );
    expect(Number(left[0]?.count)).toBe(0);
    if (!answer.isWhole) return;
    expect([answer.orders.size, sumsOf(answer)]).toEqual([26_158, { lines: 654_858, units: 7_381_791 }]);
    const answers = readAnswerFile<{ invoice: string; lines: string; units: string }>('orders.csv.gz').map(
      ({ invoice, lines, units }) => [invoice, { lines: Number(lines), units: Number(units) }] as const,
    );
    expect(answer.orders).toEqual(new Map(answers));
  }, 120_000);

  it('ends with the stock of the answers for every SKU, nothing of it promised, in Postgres, in the ledger, in Redis and over GraphQL', async () => {
    expect(differences(answer.onHand, await onHandInPostgres(ground))).toEqual([]);
    expect(differences(answer.onHand, await onHandInLedger(ground))).toEqual([]);
    await until('Redis shows it', 15_000, async () => differences(answer.onHand, await onHandInRedis(ground, answer.onHand.keys())).length === 0);
    expect(differences(answer.onHand, await onHandInGraphql(crew.member('gateway'), ground.tokens.reader))).toEqual([]);
    const { rows } = await ground.postgres.query<{ count: string }>('SELECT count(*) FROM level WHERE reserved <> 0 OR backordered <> 0');
    expect(Number(rows[0]?.count)).toBe(0);
  }, 120_000);

  it('has one OVERSOLD and one LOW_STOCK episode of the order of 74,215 pieces, closed by its undoing', async () => {
    if (!answer.orders.has(HUGE_ORDER.number)) return;
    await until('both are resolved', 120_000, async () => {
      const ended = (await episodesOf(ground, HUGE_ORDER.sku)).filter(({ status }) => status === 'RESOLVED');
      return ['OVERSOLD', 'LOW_STOCK'].every((kind) => ended.some((each) => each.kind === kind));
    });
    const episodes = await episodesOf(ground, HUGE_ORDER.sku);
    console.log(episodes.map(({ kind, status, explanation }) => `${kind} ${status}: ${explanation}`).join('\n'));
    for (const kind of ['OVERSOLD', 'LOW_STOCK'])
      expect(episodes.filter((each) => each.kind === kind)).toEqual([
        expect.objectContaining({ status: 'RESOLVED', explanation: expect.stringContaining(HUGE_ORDER.credit) }),
      ]);
  }, 180_000);

  it('passes the audit: every identity holds for every order, line and level', async () => {
    const audit = await quayside.run(['audit']);
    expect([audit.code, audit.lines.at(-1)]).toEqual([0, expect.objectContaining({ differences: 0, quarantined: 0 })]);
  }, 300_000);
});

function sumsOf({ orders }: RetailAnswer): { lines: number; units: number } {
  let [lines, units] = [0, 0];
  for (const order of orders.values()) [lines, units] = [lines + order.lines, units + order.units];
  return { lines, units };
}
