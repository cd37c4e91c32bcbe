import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { listenForComplaints } from '../harness/browser.js';
import { axeFaults, focusedElement, focusedText, hasFocusRing, isWiderThanScreen } from './inPage.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** WCAG 2.0, 2.1 and 2.2, levels A and AA. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/** Nobody should have to press Tab more often to come anywhere. */
const TABS_MAX = 120;

/** Somebody without a mouse, in a browser that can reach this machine only. */
export class KeyboardVisitor {
  private constructor(
    readonly page: Page,
    /** Console errors, page errors, and requests for other machines. */
    readonly complaints: readonly string[],
  ) {}

  static async arrive(browser: Browser): Promise<KeyboardVisitor> {
    // Reduced motion: a colour that fades out is below any contrast for a moment.
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', colorScheme: 'light' });
    const page = await context.newPage();
    const complaints = listenForComplaints(page);
    await context.route(
      (url) => url.hostname !== '127.0.0.1',
      (route) => route.abort(),
    );
    return new KeyboardVisitor(page, complaints);
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Waits until a page shows its first data. */
  async isOn(name: string): Promise<void> {
    await this.page.locator(`[data-page="${name}"][data-ready]`).waitFor({ timeout: 10_000 });
  }

  /** Presses Tab until the focus is on something that matches; throws, with where it came by, when it never is. */
  async tabTo(selector: string): Promise<void> {
    const passed: string[] = [];
    for (let presses = 0; presses < TABS_MAX; presses += 1) {
      await this.press('Tab');
      const { isThere, name } = await this.page.evaluate(focusedElement, selector);
      if (isThere) return;
      passed.push(name);
    }
    throw new Error(`Tab never came to ${selector}; it came by ${passed.slice(0, 40).join(' | ')}`);
  }

  /** Whether what has the focus can be seen to have it. */
  hasVisibleFocus(): Promise<boolean> {
    return this.page.evaluate(hasFocusRing);
  }

  focusedText(): Promise<string | null> {
    return this.page.evaluate(focusedText);
  }

  /** What axe finds wrong with the page as it is, a line for each rule. */
  async accessibilityFaults(): Promise<string[]> {
    if (!(await this.page.evaluate(() => 'axe' in globalThis))) await this.page.evaluate(AXE);
    return this.page.evaluate(axeFaults, RULES);
  }

  /** Whether the page has to be pushed sideways to be read. */
  isTooWide(): Promise<boolean> {
    return this.page.evaluate(isWiderThanScreen);
  }

  async picture(folder: string, name: string): Promise<void> {
    await this.page.screenshot({ path: join(folder, `${name}.png`) });
  }

  close(): Promise<void> {
    return this.page.context().close();
  }
}
