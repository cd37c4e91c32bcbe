import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AtRisk } from '@quayside/contracts';
import { Crew } from '../harness/crew.js';
import { Ground } from '../harness/ground.js';
import { cloudEvent, Sender } from '../harness/sender.js';
import { until } from '../harness/until.js';

describe('promises that cannot be kept, from the door to their alert', () => {
  let ground: Ground;
  let crew: Crew;
  let sender: Sender;

  beforeAll(async () => {
    ground = await Ground.make('alertpromises');
    crew = await Crew.start(ground, ['ingest', 'inventory', 'alerting']);
    sender = new Sender(crew.member('ingest'), ground);
  }, 120_000);
  afterAll(async () => {
    await crew?.close();
    await ground?.close();
  }, 60_000);

  const post = async (id: string, type: string, data: Record<string, unknown>, time?: number): Promise<void> => {
    const at = time === undefined ? {} : { time: new Date(time).toISOString() };
    await sender.postUntilAccepted([cloudEvent({ id, type, ...at, data: { location: 'DC-1', ...data } })]);
  };
  const place = (order: string, { sku, quantity, promisedShipBy }: { sku: string; quantity: number; promisedShipBy: number }): Promise<void> =>
    post(`order/${order}`, 'order.placed', { order, promisedShipBy: new Date(promisedShipBy).toISOString(), lines: [{ line: 1, sku, quantity }] });
  const episode = async (fingerprint: string): Promise<Record<string, unknown>> => {
    const { rows } = await ground.postgres.query<Record<string, unknown>>('SELECT * FROM alert_episode WHERE fingerprint = $1', [fingerprint]);
    return rows[0] ?? {};
  };
  const become = (fingerprint: string, status: string): Promise<void> =>
    until(`${fingerprint} is ${status}`, 20_000, async () => (await episode(fingerprint))['status'] === status);

  it('OVERSOLD lists the orders at risk, first promised first, and closes when the goods come', async () => {
    const day = 86_400_000;
    await post('rec-1', 'stock.received', { lines: [{ sku: 'P-1', quantity: 10 }] });
    await place('SO-later', { sku: 'P-1', quantity: 5, promisedShipBy: Date.now() + 2 * day });
    await place('SO-sooner', { sku: 'P-1', quantity: 4, promisedShipBy: Date.now() + day });
    await post('lost-1', 'stock.adjusted', { reason: 'missing', lines: [{ sku: 'P-1', delta: -3 }] });
    await become('OVERSOLD|DC-1|P-1', 'OPEN');
    const oversold = await episode('OVERSOLD|DC-1|P-1');
    const atRisk = JSON.parse(String(oversold['at_risk'])) as AtRisk[];
    expect(atRisk.map(({ order, quantity }) => `${order} ${quantity}`)).toEqual(['SO-sooner 4', 'SO-later 5']);
    expect(oversold['explanation']).toMatch(
      /^P-1 oversold at DC-1: 2 more promised than there are\. Available −2 = 7 sellable − 9 reserved; it fell below 0 with adjustment lost-1 /,
    );
    await post('rec-2', 'stock.received', { lines: [{ sku: 'P-1', quantity: 10 }] });
    await become('OVERSOLD|DC-1|P-1', 'RESOLVED');
  }, 60_000);

  it('ORDER_LATE opens at the promised time, and is taken back by a late report of a shipment in time', async () => {
    await post('rec-3', 'stock.received', { lines: [{ sku: 'P-2', quantity: 10 }] });
    const promisedShipBy = Date.now() + 3_000;
    await place('SO-late', { sku: 'P-2', quantity: 4, promisedShipBy });
    await become('ORDER_LATE|DC-1|SO-late', 'OPEN');
    expect(await episode('ORDER_LATE|DC-1|SO-late')).toMatchObject({ opened_at: String(promisedShipBy), order_number: 'SO-late' });
    await post('ship-1', 'stock.shipped', { order: 'SO-late', lines: [{ line: 1, sku: 'P-2', quantity: 4 }] }, promisedShipBy - 1_000);
    await become('ORDER_LATE|DC-1|SO-late', 'RESOLVED');
    expect(await episode('ORDER_LATE|DC-1|SO-late')).toMatchObject({ resolution: 'LATE_DATA' });
  }, 60_000);

  it('ORDER_LATE of what was shipped too late closes by itself', async () => {
    await post('rec-4', 'stock.received', { lines: [{ sku: 'P-3', quantity: 10 }] });
    const promisedShipBy = Date.now() + 2_000;
    await place('SO-slow', { sku: 'P-3', quantity: 4, promisedShipBy });
    await become('ORDER_LATE|DC-1|SO-slow', 'OPEN');
    await post('ship-2', 'stock.shipped', { order: 'SO-slow', lines: [{ line: 1, sku: 'P-3', quantity: 4 }] });
    await become('ORDER_LATE|DC-1|SO-slow', 'RESOLVED');
    expect(await episode('ORDER_LATE|DC-1|SO-slow')).toMatchObject({ resolution: 'BY_ITSELF' });
  }, 60_000);
});
