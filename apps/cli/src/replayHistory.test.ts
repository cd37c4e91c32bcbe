import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { batchWhenDue } from './replayBatches.js';
import { nothingReplayed, outlineOf, RETAIL_FILES, retailHistory, type ReplayTally, type Told } from './replayHistory.js';

const ROWS = `invoice,line,occ,stock_code,description,quantity,invoice_ts,unit_price,customer_id,country
100,1,1,85048,LIGHTS,12,2010-07-01T07:45:00,6.95,13085,United Kingdom
100,2,1,POST,POSTAGE,1,2010-07-01T07:45:00,3.00,13085,United Kingdom
101,1,1, 79323p ,CHERRY,2,2010-07-01T07:45:00,6.75,,United Kingdom
100,3,1,85048,LIGHTS,3,2010-07-01T07:46:00,0.00,13085,United Kingdom
C102,1,1,85048,LIGHTS,-12,2010-07-02T08:00:00,6.95,13085,United Kingdom
103,1,1,85048,found,5,2010-07-02T09:00:00,0.00,,United Kingdom
104,1,1,85048,broken,-4,2010-07-02T10:00:00,0.00,,United Kingdom
A105,1,1,B,Adjust bad debt,1,2010-07-02T11:00:00,9.00,,United Kingdom
`;
const RECEIPTS = 'ts,sku,quantity\n2010-07-02T00:00:00,85048,24\n2010-08-01T00:00:00,85048,36\n';
const OPENING = 'sku,opening,final\n85048,20,0\n79323P,0,0\n';

describe('the public history, replayed', () => {
  const shared = mkdtempSync(join(tmpdir(), 'quayside-replay-'));
  beforeAll(() => {
    mkdirSync(join(shared, 'data', 'expected'), { recursive: true });
    writeFileSync(join(shared, RETAIL_FILES.rows), gzipSync(ROWS));
    writeFileSync(join(shared, RETAIL_FILES.receipts), gzipSync(RECEIPTS));
    writeFileSync(join(shared, RETAIL_FILES.opening), OPENING);
  });
  afterAll(() => rmSync(shared, { recursive: true }));

  const tell = async (options: { asOrders: boolean; rowsMax?: number; location?: string }): Promise<{ told: Told[]; tally: ReplayTally }> => {
    const replay = { shared, rowsMax: Infinity, location: 'UK-1', ...options };
    const tally = nothingReplayed();
    const told: Told[] = [];
    for await (const each of retailHistory(replay, await outlineOf(replay), tally)) told.push(each);
    return { told, tally };
  };
  const briefly = ({ event }: Told): unknown[] => {
    const { order, lines } = event['data'] as { order?: string; lines: object[] };
    return [String(event['type']).replace(/^quayside\.(.*)\.v1$/, '$1'), order ?? null, ...lines];
  };

  it('as orders: each is placed whole before the first of its goods is shipped, and every shipment names order and line', async () => {
    const { told, tally } = await tell({ asOrders: true });
    expect(told.map(briefly)).toEqual([
      ['stock.adjusted', null, { sku: '85048', delta: 20 }],
      ['order.placed', '100', { line: 1, sku: '85048', quantity: 12 }, { line: 2, sku: '85048', quantity: 3 }],
      ['stock.shipped', '100', { line: 1, sku: '85048', quantity: 12 }],
      ['order.placed', '101', { line: 1, sku: '79323P', quantity: 2 }],
      ['stock.shipped', '101', { line: 1, sku: '79323P', quantity: 2 }],
      ['stock.shipped', '100', { line: 2, sku: '85048', quantity: 3 }],
      ['stock.received', null, { sku: '85048', quantity: 24 }],
      ['stock.returned', null, { sku: '85048', quantity: 12 }],
      ['stock.adjusted', null, { sku: '85048', delta: 5 }],
      ['stock.adjusted', null, { sku: '85048', delta: -4 }],
      ['stock.received', null, { sku: '85048', quantity: 36 }],
    ]);
    expect(tally).toEqual({ rows: 8, setAside: 2, shipped: 3, returned: 1, adjusted: 2, opening: 1, receipts: 2, orders: 2, orderLines: 3, unitsOrdered: 17 });
  });

  it('tells times in UTC, and of a prefix only what stands in it', async () => {
    const { told, tally } = await tell({ asOrders: true, rowsMax: 3 });
    expect(told.find(({ event }) => event['type'] === 'quayside.order.placed.v1')?.event).toMatchObject({
      id: 'order/100',
      source: '/retail/uk',
      time: '2010-07-01T06:45:00.000Z',
      data: { location: 'UK-1', customer: '13085', policy: 'BACKORDER', lines: [{ line: 1, sku: '85048', quantity: 12 }] },
    });
    expect([tally.rows, tally.receipts, told.length]).toEqual([3, 0, 5]);
  });

  it('without orders tells the same movements under the same ids', async () => {
    const movements = async (asOrders: boolean): Promise<unknown[]> =>
      (await tell({ asOrders })).told.filter(({ event }) => event['type'] !== 'quayside.order.placed.v1').map(({ event }) => event['id']);
    expect(await movements(false)).toEqual(await movements(true));
  });

  it('at another location is told by another source', async () => {
    const { told } = await tell({ asOrders: false, location: 'DC 2' });
    expect(new Set(told.map(({ event }) => event['source']))).toEqual(new Set(['/retail/uk/DC%202']));
  });

  it('at a speed sends what is due and waits for the rest', async () => {
    const at = (happenedAt: number | null, id: string): Told => ({ event: { id }, happenedAt });
    const told = async function* (): AsyncGenerator<Told> {
      yield* [at(null, 'a'), at(0, 'b'), at(60_000, 'c'), at(60_000, 'd'), at(3_600_000, 'e')];
    };
    const batches: string[][] = [];
    const startedMs = performance.now();
    for await (const batch of batchWhenDue(told(), 20_000)) batches.push(batch);
    expect(batches).toEqual([['a', 'b', 'c', 'd'], ['e']].map((ids) => ids.map((id) => JSON.stringify({ id }))));
    expect(performance.now() - startedMs).toBeGreaterThan(100);
  });

  it('rejects when a file is not there', async () => {
    await expect(outlineOf({ shared: join(shared, 'nowhere'), rowsMax: 1, location: 'UK-1', asOrders: false })).rejects.toThrow(/ENOENT/);
  });
});
