import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Crew } from '../harness/crew.js';
import { Ground } from '../harness/ground.js';
import { LogWriter } from '../harness/logWriter.js';
import { cloudEvent, Sender } from '../harness/sender.js';
import { until } from '../harness/until.js';
import { episodesOf } from './episodes.js';

const HERE = 'UK-1';
const SKU = '23166';
/** It is ordered, sent and taken back within 16 minutes of a January morning. */
const PIECES = 74_215;
const OPENING = 12;
const REORDER_POINT = 2;

describe('order 541431 of the public history: 74,215 pieces where 12 are, undone 16 minutes later', () => {
  let ground: Ground;
  let crew: Crew;
  let log: LogWriter;

  beforeAll(async () => {
    ground = await Ground.make('order541431');
    crew = await Crew.start(ground, ['ingest', 'inventory', 'alerting']);
    log = await LogWriter.open(ground);
  }, 120_000);
  afterAll(async () => {
    await log?.close();
    await crew?.close();
    await ground?.close();
  }, 60_000);

  it('opens one OVERSOLD and one LOW_STOCK episode, and its undoing closes both, in words that a person understands', async () => {
    const sender = new Sender(crew.member('ingest'), ground);
    const post = (id: string, time: string, type: string, data: Record<string, unknown>): Promise<number> =>
      sender.postUntilAccepted([cloudEvent({ id, source: '/retail/uk', time, type, data: { location: HERE, ...data } })]);
    const statusOf = async (kind: string): Promise<string | undefined> => (await episodesOf(ground, SKU)).find((each) => each.kind === kind)?.status;

    await post('opening', '2009-11-30T00:00:00Z', 'stock.adjusted', { reason: 'openingBalance', lines: [{ sku: SKU, delta: OPENING }] });
    await log.event('policy.set', { id: 'policy', source: 'quayside:gateway' }, { location: HERE, sku: SKU, reorderPoint: REORDER_POINT });
    const lines = [{ line: 1, sku: SKU, quantity: PIECES }];
    await post('order/541431', '2011-01-18T10:01:00Z', 'order.placed', { order: '541431', customer: '12346', policy: 'BACKORDER', lines });
    await post('541431/1', '2011-01-18T10:01:00Z', 'stock.shipped', { order: '541431', lines });
    await until('it is oversold', 15_000, async () => (await statusOf('OVERSOLD')) === 'OPEN');
    const opened = await episodesOf(ground, SKU);
    await post('C541433/1', '2011-01-18T10:17:00Z', 'stock.returned', {
      condition: 'sellable',
      reason: 'credit note C541433',
      lines: [{ sku: SKU, quantity: PIECES }],
    });
    await until('nothing is wrong any more', 15_000, async () => (await episodesOf(ground, SKU)).every(({ status }) => status === 'RESOLVED'));
    const closed = await episodesOf(ground, SKU);

    for (const kind of ['OVERSOLD', 'LOW_STOCK']) {
      expect(opened.filter((each) => each.kind === kind)).toHaveLength(1);
      expect(closed.filter((each) => each.kind === kind)).toEqual([expect.objectContaining({ status: 'RESOLVED', resolution: 'BY_ITSELF' })]);
    }
    const oversold = opened.find(({ kind }) => kind === 'OVERSOLD');
    expect(oversold?.explanation).toContain('23166 oversold at UK-1: 74203 more taken out than there are');
    expect(oversold?.explanation).toContain('Available −74203 = −74203 sellable − 0 reserved; it fell below 0 with shipment 541431/1');
    expect(oversold?.causedBy.map(({ id }) => id)).toContain('541431/1');
    const ending = closed.find(({ kind }) => kind === 'OVERSOLD');
    expect(ending?.explanation).toContain('return C541433/1');
    console.log([...opened, ...closed].map(({ kind, status, explanation }) => `${kind} ${status}: ${explanation}`).join('\n'));
  }, 90_000);
});
