import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { Output } from './output.js';
import { findPlace } from './place.js';
import { replayCommand } from './replayCommand.js';
import { RETAIL_FILES } from './replayHistory.js';

const ROWS = `invoice,line,occ,stock_code,description,quantity,invoice_ts,unit_price,customer_id,country
100,1,1,85048,LIGHTS,12,2010-07-01T07:45:00,6.95,13085,United Kingdom
101,1,1,85048,LIGHTS,2,2010-07-01T07:46:00,6.95,13086,United Kingdom
`;

describe('quayside replay retail', () => {
  const shared = mkdtempSync(join(tmpdir(), 'quayside-replay-'));
  afterAll(() => rmSync(shared, { recursive: true }));
  const told: Record<string, unknown>[] = [];
  const output: Output = { form: 'ndjson', result: (record) => void told.push({ ...record }), note: () => {} };
  const options = { shared, rowsMax: Infinity, location: 'UK-1', asOrders: true, speed: undefined, attempts: 1 };

  it('says which files are not there, and where they should be', async () => {
    const place = findPlace({ QUAYSIDE_HOME: shared });
    await expect(replayCommand(place, options, output)).rejects.toMatchObject({
      what: 'The public history cannot be replayed',
      why: expect.stringContaining(join(shared, 'data/online-retail.csv.gz')),
      fix: expect.stringContaining('QUAYSIDE_SHARED'),
    });
  });

  it('posts the history in its order and adds up what became of it, refusals too', async () => {
    mkdirSync(join(shared, 'data', 'expected'), { recursive: true });
    writeFileSync(join(shared, RETAIL_FILES.rows), gzipSync(ROWS));
    writeFileSync(join(shared, RETAIL_FILES.receipts), gzipSync('ts,sku,quantity\n'));
    writeFileSync(join(shared, RETAIL_FILES.opening), 'sku,opening,final\n85048,20,6\n');
    const received: string[] = [];
    const door = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const ids = body
          .trimEnd()
          .split('\n')
          .map((line) => (JSON.parse(line) as { id: string }).id);
        received.push(...ids);
        const problem = { status: 422, title: 'No', detail: 'not this one', fix: 'none' };
        const results = [{ index: ids.length - 1, id: ids.at(-1), source: '/retail/uk', status: 'REJECTED', problem }];
        response.writeHead(207, { 'content-type': 'application/json' }).end(JSON.stringify({ accepted: ids.length - 1, duplicates: 0, rejected: 1, results }));
      });
    }).listen(0, '127.0.0.1');
    await once(door, 'listening');
    const { port } = door.address() as AddressInfo;
    const place = findPlace({ QUAYSIDE_HOME: shared, QUAYSIDE_INGEST_URL: `http://127.0.0.1:${port}`, QUAYSIDE_API_KEY: 'qs_test' });
    expect(await replayCommand(place, options, output)).toBe(1);
    door.close();
    expect(received.map((id) => id.split('/').slice(0, 2).join('/'))).toEqual([
      'opening/85048',
      'order/100',
      expect.stringMatching(/^100\//),
      'order/101',
      expect.stringMatching(/^101\//),
    ]);
    expect(told).toEqual([
      expect.objectContaining({ type: 'rejected', event: 5, status: 422 }),
      expect.objectContaining({ type: 'summary', rows: 2, shipped: 2, orders: 2, orderLines: 2, unitsOrdered: 14, events: 5, accepted: 4, rejected: 1 }),
    ]);
  });
});
