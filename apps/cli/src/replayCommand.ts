import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, usageFault, type ExitCode } from './fault.js';
import type { Output } from './output.js';
import { need, type Place } from './place.js';
import { postEvents, type Door, type Posted } from './postEvents.js';
import { batchWhenDue } from './replayBatches.js';
import { nothingReplayed, outlineOf, RETAIL_FILES, retailHistory, type ReplayTally, type RetailReplay } from './replayHistory.js';

export interface ReplayOptions extends RetailReplay {
  /** How many times faster than it happened; undefined: as fast as ingest takes it. */
  readonly speed: number | undefined;
  /** For one batch, while ingest is away or busy. */
  readonly attempts: number;
}

const PROGRESS_MS = 5_000;
/** Rejected events that are told one by one; the summary has their number. */
const TOLD_MAX = 20;

interface Totals {
  events: number;
  accepted: number;
  duplicates: number;
  rejected: number;
}

/**
 * `quayside replay retail`: tells the public history to ingest as a warehouse would have, in its order, one batch at a time.
 * What is told again is a repeat, so a replay that was cut is simply run once more. Exit code 1 when something was rejected.
 */
export async function replayCommand(place: Place, options: ReplayOptions, output: Output): Promise<ExitCode> {
  mustHaveFiles(options.shared);
  const door: Door = {
    url: need(place, 'ingest'),
    key: need(place, 'apiKey'),
    attemptsMax: options.attempts,
    onRetry: (why, inMs) => output.note(`Ingest: ${why}; the same events again in ${inMs} ms.`),
  };
  output.note('Reading the history once through.');
  const outline = await outlineOf(options);
  const tally = nothingReplayed();
  const totals: Totals = { events: 0, accepted: 0, duplicates: 0, rejected: 0 };
  const startedMs = performance.now();
  let notedMs = startedMs;
  for await (const batch of batchWhenDue(retailHistory(options, outline, tally), options.speed ?? null)) {
    const posted = await postEvents(door, batch);
    tell(output, posted, totals);
    totals.events += batch.length;
    totals.accepted += posted.accepted;
    totals.duplicates += posted.duplicates;
    totals.rejected += posted.rejected.length;
    const nowMs = performance.now();
    if (nowMs - notedMs < PROGRESS_MS) continue;
    notedMs = nowMs;
    output.note(`${count(tally.rows)} of ${count(outline.rows)} rows, ${count(totals.events)} events (${perSecond(totals.events, nowMs - startedMs)}/s)`);
  }
  return summarise(output, totals, { tally, tookMs: performance.now() - startedMs });
}

function mustHaveFiles(shared: string): void {
  const missing = Object.values(RETAIL_FILES).filter((file) => !existsSync(join(shared, file)));
  if (missing.length === 0) return;
  throw usageFault(
    'The public history cannot be replayed',
    `${missing.map((file) => join(shared, file)).join(', ')} ${missing.length === 1 ? 'is' : 'are'} not there; Quayside does not carry these data with it`,
    'Put the folder `shared` beside the repository, or name it with QUAYSIDE_SHARED; shared/data/README.md says where the data are from.',
  );
}

function tell(output: Output, { rejected }: Posted, before: Totals): void {
  for (const { index, ...rest } of rejected.slice(0, Math.max(0, TOLD_MAX - before.rejected))) {
    const event = before.events + index + 1;
    output.result(
      { type: 'rejected', event, ...rest },
      (colors) => `${colors.red('✗')} event ${event} ${rest.id ?? ''}: ${rest.status} ${rest.title}: ${rest.detail}\n  What to do: ${rest.fix}`,
    );
  }
}

function summarise(output: Output, totals: Totals, { tally, tookMs }: { readonly tally: ReplayTally; readonly tookMs: number }): ExitCode {
  const orders = tally.orders === 0 ? '' : `, ${count(tally.orders)} orders with ${count(tally.orderLines)} lines and ${count(tally.unitsOrdered)} units`;
  const text = [
    `${count(tally.rows)} rows: ${count(tally.shipped)} shipped, ${count(tally.returned)} returned, ${count(tally.adjusted)} adjusted, ${count(tally.setAside)} set aside`,
    `Beside them ${count(tally.opening)} opening balances, ${count(tally.receipts)} receipts${orders}`,
    `${count(totals.events)} events: ${count(totals.accepted)} accepted, ${count(totals.duplicates)} known already, ${count(totals.rejected)} rejected in ${(tookMs / 1_000).toFixed(1)} s (${perSecond(totals.events, tookMs)}/s)`,
  ].join('\n');
  output.result({ type: 'summary', ...tally, ...totals, tookMs: Math.round(tookMs), perSecond: perSecond(totals.events, tookMs) }, (colors) =>
    totals.rejected === 0 ? colors.green(text) : colors.red(text),
  );
  return totals.rejected === 0 ? EXIT.ok : EXIT.failed;
}

const count = (value: number): string => value.toLocaleString('en-US');
const perSecond = (events: number, ms: number): number => Math.round(events / Math.max(ms / 1_000, 0.001));
