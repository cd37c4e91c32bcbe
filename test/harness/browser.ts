import { existsSync } from 'node:fs';
import { describe } from '@jest/globals';
import { chromium, type Browser, type Page } from 'playwright-core';

const CHROMIUM = process.env['QUAYSIDE_CHROMIUM'] ?? '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A suite that needs a browser; skipped, and says so, where there is none. */
export function describeWithBrowser(title: string, suite: () => void): void {
  if (existsSync(CHROMIUM)) describe(title, suite);
  else describe.skip(`${title} [skipped: ${CHROMIUM} is not there; apt-get install chromium, or set QUAYSIDE_CHROMIUM]`, suite);
}

export const openBrowser = (): Promise<Browser> => chromium.launch({ executablePath: CHROMIUM, args: FLAGS });

/** What a page complained about: console errors, failed requests, and any request that left this machine. */
export function listenForComplaints(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (!/^(https?|wss?):\/\/127\.0\.0\.1:|^data:|^blob:/.test(request.url())) complaints.push(`asked for ${request.url()}`);
  });
  return complaints;
}
