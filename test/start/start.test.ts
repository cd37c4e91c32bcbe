import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from '@jest/globals';
import { ROOT } from '@quayside/tools/root.mjs';
import { describeWithBrowser, listenForComplaints, openBrowser } from '../harness/browser.js';
import { isAlive, Product } from '../harness/product.js';
import { until } from '../harness/until.js';

/** Below the ports that systems give to outgoing connections: one of those would take ours between the look and the use. */
const PORT_BASE = 11_000 + (process.pid % 400) * 20;
const run = promisify(execFile);

describeWithBrowser('npm start', () => {
  const product = new Product(PORT_BASE);

  afterAll(async () => {
    await product.end('SIGTERM');
    product.remove();
  }, 60_000);

  const post = async (id: string, type: string, line: Record<string, unknown>, more: Record<string, unknown> = {}) => {
    const { ingest, tokens } = product.endpoints();
    const event = { specversion: '1.0', id, source: '/start', type: `quayside.${type}.v1`, data: { location: 'DC-1', lines: [line], ...more } };
    const response = await fetch(`${ingest}/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens.ingest}`, 'content-type': 'application/cloudevents+json' },
      body: JSON.stringify(event),
    });
    expect(response.status).toBe(202);
  };
  const askFor = async (query: string): Promise<Record<string, never>> => {
    const { graphql, tokens } = product.endpoints();
    const response = await fetch(graphql, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens.operator}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    const { data, errors } = (await response.json()) as { data: Record<string, never>; errors?: unknown };
    expect(errors).toBeUndefined();
    return data;
  };

  it('brings everything up on a data folder that did not exist, and writes where it is', async () => {
    console.log(`ready after ${(await product.start(['--no-demo'])).toFixed(1)} s`);
    const endpoints = product.endpoints();
    expect(product.endpointsMode).toBe(0o600);
    expect(Object.keys(endpoints).sort()).toEqual(['dashboard', 'graphql', 'graphqlWs', 'ingest', 'kafka', 'pids', 'postgres', 'redis', 'tokens']);
    expect(Object.keys(endpoints.tokens).sort()).toEqual(['admin', 'ingest', 'operator', 'reader']);
    for (const name of ['ingest', 'inventory', 'alerting', 'gateway', 'dashboard']) expect(isAlive(endpoints.pids[name] ?? -1)).toBe(true);
  }, 150_000);

  it('prints commands that work as printed', async () => {
    const commands = product.output.split('\n').filter((line) => line.startsWith('curl '));
    expect(commands).toHaveLength(2);
    const replies = [];
    for (const command of commands) replies.push((await run('bash', ['-c', command])).stdout);
    expect(replies[0]).toContain('HTTP/1.1 202');
    expect(replies[0]).toContain('"status":"ACCEPTED"');
    expect(JSON.parse(replies[1] ?? '')).toHaveProperty('data.stockLevels.nodes');
  }, 30_000);

  it('shows a posted event in the page, cell and alert, without a reload', async () => {
    const browser = await openBrowser();
    try {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      const complaints = listenForComplaints(page);
      await post('s-1', 'stock.received', { sku: 'B-1', quantity: 50 });
      await until('the level is there', 10_000, async () =>
        JSON.stringify(await askFor('{ stockLevel(item: { sku: "B-1" }, location: { code: "DC-1" }) { onHand } }')).includes('50'),
      );
      await askFor(
        'mutation { setStockPolicy(input: { item: { sku: "B-1" }, location: { code: "DC-1" }, reorderPoint: 40 }) { level { reorderPoint } userErrors { message } } }',
      );
      const link = /(http:\/\/\S+\/#token=\S+)/.exec(product.output)?.[1];
      await page.goto(link ?? '');
      await page.locator('[data-nav="s"]').click();
      const cell = page.locator('[data-level="DC-1/B-1"] [data-cell="onHand"]');
      await cell.filter({ hasText: '50' }).waitFor({ timeout: 10_000 });
      // The token is taken out of the address at once.
      expect(page.url()).not.toContain('token=');
      await page.evaluate(() => Object.assign(globalThis, { sameDocument: true }));
      await post('s-2', 'stock.shipped', { sku: 'B-1', quantity: 13 });
      await cell.filter({ hasText: '37' }).waitFor({ timeout: 5_000 });
      await page.locator('[data-nav="n"]').click();
      const alert = page.locator('[data-alert="LOW_STOCK"]').filter({ hasText: 'B-1 low at DC-1: 37 left, reorder at 40' });
      await alert.waitFor({ timeout: 5_000 });
      mkdirSync(join(ROOT, 'artefacts'), { recursive: true });
      await page.screenshot({ path: join(ROOT, 'artefacts', 'dashboard.png') });
      await post('s-3', 'stock.received', { sku: 'B-1', quantity: 20 });
      await page.locator('[data-alert="LOW_STOCK"][data-status="OPEN"]').filter({ hasText: 'B-1' }).waitFor({ state: 'detached', timeout: 10_000 });
      await page.locator('[data-nav="s"]').click();
      await cell.filter({ hasText: '57' }).waitFor({ timeout: 5_000 });
      expect(await page.evaluate(() => 'sameDocument' in globalThis)).toBe(true);
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
    }
  }, 60_000);

  it('starts a service again that dies, and writes its new process id', async () => {
    const before = product.endpoints().pids['inventory'] ?? -1;
    process.kill(before, 'SIGKILL');
    await until('another inventory runs', 15_000, async () => {
      const pid = product.endpoints().pids['inventory'] ?? -1;
      return pid !== before && isAlive(pid);
    });
    await post('s-4', 'stock.received', { sku: 'B-1', quantity: 1 });
    await until('the event is applied', 15_000, async () =>
      JSON.stringify(await askFor('{ stockLevel(item: { sku: "B-1" }, location: { code: "DC-1" }) { onHand } }')).includes('58'),
    );
  }, 60_000);

  it('leaves no process behind when npm gets a signal', async () => {
    const { pids } = product.endpoints();
    const seconds = await product.end('SIGTERM');
    await until('all are gone', 15_000, async () => Object.values(pids).every((pid) => !isAlive(pid)));
    expect(seconds).toBeLessThan(15);
  }, 60_000);

  it('finds all data at a second start', async () => {
    const seconds = await product.start(['--no-demo']);
    console.log(`second start: ready after ${seconds.toFixed(1)} s`);
    expect(JSON.stringify(await askFor('{ stockLevel(item: { sku: "B-1" }, location: { code: "DC-1" }) { onHand version } }'))).toContain('"onHand":58');
    await post('s-5', 'stock.shipped', { sku: 'B-1', quantity: 8 });
    await until('it goes on', 15_000, async () =>
      JSON.stringify(await askFor('{ stockLevel(item: { sku: "B-1" }, location: { code: "DC-1" }) { onHand } }')).includes('50'),
    );
    const { pids } = product.endpoints();
    await product.end('SIGINT');
    await until('all are gone', 15_000, async () => Object.values(pids).every((pid) => !isAlive(pid)));
  }, 180_000);
});
