import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ROOT } from '@quayside/tools/root.mjs';
import type { Browser } from 'playwright-core';
import { GatewayDesk } from '../gateway/gatewayDesk.js';
import { scopedToken } from '../gateway/scopedToken.js';
import { describeWithBrowser, openBrowser } from '../harness/browser.js';
import { KeyboardVisitor } from './KeyboardVisitor.js';
import { seedShift } from './seedShift.js';

const PICTURES = join(ROOT, 'artefacts', 'pages');
const WIDTHS_PX = [1440, 1024, 390];
/** All that the first page loads, as it comes over the wire. */
const FIRST_PAGE_BYTES_MAX = 300 * 1024;

const PAGES = [
  { name: 'now', path: '/' },
  { name: 'stock', path: '/stock' },
  { name: 'item', path: '/items/B-1?location=DC-1' },
  { name: 'orders', path: '/orders' },
  { name: 'alerts', path: '/alerts' },
  { name: 'quality', path: '/quality' },
] as const;

describeWithBrowser('the dashboard', () => {
  let desk: GatewayDesk;
  let browser: Browser;

  beforeAll(async () => {
    mkdirSync(PICTURES, { recursive: true });
    [desk, browser] = await Promise.all([GatewayDesk.open('pages', ['alerting', 'dashboard']), openBrowser()]);
    await seedShift(desk);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await desk?.close();
  }, 60_000);

  const urlOf = (path: string): string => desk.crew.member('dashboard').url + path;
  const signedIn = async (token: string): Promise<KeyboardVisitor> => {
    const visitor = await KeyboardVisitor.arrive(browser);
    await visitor.page.goto(urlOf(`/#token=${token}`));
    await visitor.isOn('now');
    return visitor;
  };

  it('is walked through by keyboard alone, from the sign-in to the sign-out', async () => {
    const visitor = await KeyboardVisitor.arrive(browser);
    const { page } = visitor;
    await page.goto(urlOf('/'));
    await page.locator('[data-testid="sign-in"]').waitFor();
    expect(await visitor.accessibilityFaults()).toEqual([]);
    await page.keyboard.insertText(desk.ground.tokens.operator);
    await visitor.press('Enter');
    await visitor.isOn('now');
    await walkNow(visitor);
    await walkStock(visitor);
    await walkOrders(visitor);
    await walkAlerts(visitor);
    await walkQuality(visitor);
    await visitor.tabTo('[data-testid="sign-out"]');
    await visitor.press('Enter');
    await page.locator('[data-testid="sign-in"]').waitFor();
    expect(visitor.complaints).toEqual([]);
    await visitor.close();
  }, 60_000);

  it.each(PAGES)(
    'shows $name without a fault of WCAG A or AA, light and dark, and fits on a phone',
    async ({ name, path }) => {
      const visitor = await signedIn(desk.ground.tokens.operator);
      await visitor.page.goto(urlOf(path));
      await visitor.isOn(name);
      const faults: string[] = [];
      for (const colorScheme of ['light', 'dark'] as const) {
        await visitor.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        for (const width of WIDTHS_PX) {
          await visitor.page.setViewportSize({ width, height: width < 500 ? 844 : 900 });
          await visitor.picture(PICTURES, `${name}-${width}-${colorScheme}`);
          if (width === 1024) continue;
          faults.push(...(await visitor.accessibilityFaults()).map((fault) => `${colorScheme}, ${width} px: ${fault}`));
          if (await visitor.isTooWide()) faults.push(`${colorScheme}, ${width} px: it has to be pushed sideways`);
        }
      }
      expect(faults).toEqual([]);
      expect(visitor.complaints).toEqual([]);
      await visitor.close();
    },
    40_000,
  );

  it('says on each page that there is nothing, to who may see only a place that is empty', async () => {
    const visitor = await signedIn(scopedToken(desk.ground, { sub: 'newcomer', roles: ['READ'], locations: ['NOWHERE'] }));
    const faults: string[] = [];
    for (const { name, path } of PAGES) {
      await visitor.page.goto(urlOf(path));
      await visitor.isOn(name);
      await visitor.picture(PICTURES, `${name}-empty`);
      faults.push(...(await visitor.accessibilityFaults()).map((fault) => `${name}: ${fault}`));
      expect(await visitor.page.locator('main').innerText()).not.toContain('B-1 low');
    }
    expect(faults).toEqual([]);
    expect(visitor.complaints).toEqual([]);
    await visitor.close();
  }, 40_000);

  it('loads its first page, with fonts and all, in 300 KiB', async () => {
    const visitor = await KeyboardVisitor.arrive(browser);
    const loaded: { readonly path: string; readonly bytes: number }[] = [];
    const sizes: Promise<void>[] = [];
    visitor.page.on('requestfinished', (request) => {
      if (!request.url().startsWith(urlOf('/'))) return;
      const note = async (): Promise<void> => {
        const { responseBodySize, responseHeadersSize } = await request.sizes();
        loaded.push({ path: new URL(request.url()).pathname, bytes: responseBodySize + responseHeadersSize });
      };
      sizes.push(note());
    });
    await visitor.page.goto(urlOf(`/#token=${desk.ground.tokens.operator}`));
    await visitor.isOn('now');
    await visitor.page.evaluate('document.fonts.ready.then(() => null)');
    await Promise.all(sizes);
    const bytes = loaded.reduce((sum, file) => sum + file.bytes, 0);
    console.log(`the first page: ${(bytes / 1024).toFixed(0)} KiB in ${loaded.length} files`);
    expect(loaded.some(({ path }) => path.endsWith('.woff2'))).toBe(true);
    expect(loaded.filter(({ path }) => /uplot/i.test(path))).toEqual([]);
    expect(bytes).toBeLessThanOrEqual(FIRST_PAGE_BYTES_MAX);
    await visitor.close();
  }, 30_000);
});

async function walkNow(visitor: KeyboardVisitor): Promise<void> {
  const { page } = visitor;
  expect(await page.title()).toBe('Now · Quayside');
  await page.locator('[data-site="DC-1"]').waitFor();
  await visitor.press('?');
  await page.locator('[data-testid="help"]').waitFor();
  await visitor.press('Escape');
  await page.locator('[data-testid="help"]').waitFor({ state: 'detached' });
  await visitor.tabTo('[data-testid="how-it-runs"] summary');
  expect(await visitor.hasVisibleFocus()).toBe(true);
  await visitor.press('Enter');
  await page.locator('[data-testid="health"]').waitFor();
  await visitor.press('p');
  await page.locator('[data-testid="pause"]', { hasText: 'Resume' }).waitFor();
  await visitor.press('p');
}

async function walkStock(visitor: KeyboardVisitor): Promise<void> {
  const { page } = visitor;
  await visitor.press('g', 's');
  await visitor.isOn('stock');
  // A screen reader says where one is.
  expect(await visitor.focusedText()).toBe('Stock');
  expect(await page.title()).toBe('Stock · Quayside');
  await visitor.press('/');
  await page.keyboard.insertText('b-1');
  await page.waitForURL(/sku=b-1/);
  await visitor.tabTo('[data-testid="stock-grid"]');
  await visitor.press('ArrowDown', 'ArrowDown', 'ArrowUp', 'Enter');
  const drawer = page.locator('[data-testid="level-drawer"]');
  await drawer.waitFor();
  expect(await drawer.innerText()).toContain('On hand');
  await drawer.getByText('Last movements').waitFor();
  await visitor.tabTo('[data-testid="to-item"]');
  await visitor.press('Enter');
  await visitor.isOn('item');
  expect(page.url()).toContain('/items/B-1?location=DC-1');
}

async function walkOrders(visitor: KeyboardVisitor): Promise<void> {
  await visitor.press('g', 'o');
  await visitor.isOn('orders');
  await visitor.page.locator('[data-order="SO-100"]').first().waitFor();
  await visitor.tabTo('[data-order="SO-100"], [data-order="SO-100"] *');
  expect(await visitor.hasVisibleFocus()).toBe(true);
  await visitor.press('Enter');
  await visitor.page.waitForURL(/order=/);
  await visitor.press('Escape');
}

async function walkAlerts(visitor: KeyboardVisitor): Promise<void> {
  await visitor.press('g', 'a');
  await visitor.isOn('alerts');
  await visitor.page.locator('[data-alert="ORDER_LATE"]').first().waitFor();
}

async function walkQuality(visitor: KeyboardVisitor): Promise<void> {
  await visitor.press('g', 'q');
  await visitor.isOn('quality');
  await visitor.page.locator('[data-event="spoilt-1"]').first().waitFor();
}
