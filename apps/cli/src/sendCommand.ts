import { userInfo } from 'node:os';
import type { Readable } from 'node:stream';
import { batchEvents } from './batchEvents.js';
import { EXIT, type ExitCode } from './fault.js';
import type { Output } from './output.js';
import { need, type Place } from './place.js';
import { postEvents, type Door, type Posted } from './postEvents.js';
import { readEvents, type EventFileForm } from './readEvents.js';
import { withStores, type Stores } from './stores.js';
import { identityOf, waitForEffect, type Accepted, type EffectTimes } from './waitForEffect.js';

export interface SendOptions {
  readonly file: string;
  readonly form: EventFileForm | undefined;
  readonly source: string | undefined;
  readonly type: string | undefined;
  /** Events a second; undefined: as fast as ingest takes them. */
  readonly rate: number | undefined;
  readonly batch: number;
  readonly attempts: number;
  readonly wait: boolean;
  readonly waitMs: number;
}

/** A request has 4 MiB at most (api.md, "Limits"). */
const BATCH_BYTES_MAX = 3 * 1024 * 1024;
/** With a rate, about this many batches a second: smaller ones keep it even. */
const BATCHES_PER_SECOND = 10;

interface Totals {
  events: number;
  accepted: number;
  duplicates: number;
  rejected: number;
  quarantined: number;
}

/** `quayside send FILE`: posts events in their order, one batch at a time. Exit code 1 when one was rejected, or set aside while waiting. */
export async function sendCommand(place: Place, options: SendOptions, io: { readonly output: Output; readonly stdin: Readable }): Promise<ExitCode> {
  if (!options.wait) return send(place, options, { ...io, stores: null });
  return withStores(place, (stores) => send(place, options, { ...io, stores }));
}

async function send(
  place: Place,
  options: SendOptions,
  { output, stdin, stores }: { readonly output: Output; readonly stdin: Readable; readonly stores: Stores | null },
): Promise<ExitCode> {
  const door: Door = {
    url: need(place, 'ingest'),
    key: need(place, 'apiKey'),
    attemptsMax: options.attempts,
    onRetry: (why, inMs) => output.note(`Ingest: ${why}; the same events again in ${inMs} ms.`),
  };
  const events = readEvents(
    { name: options.file, form: options.form, source: options.source ?? `/cli/${userInfo().username}`, type: options.type ?? null },
    stdin,
  );
  const totals: Totals = { events: 0, accepted: 0, duplicates: 0, rejected: 0, quarantined: 0 };
  const times: EffectTimes[] = [];
  const startedMs = performance.now();
  for await (const batch of batchEvents(events, { eventsMax: batchSize(options), bytesMax: BATCH_BYTES_MAX })) {
    await pace(options.rate, startedMs, totals.events);
    const sentMs = performance.now();
    const posted = await postEvents(door, batch);
    tell(output, posted, totals.events);
    totals.events += batch.length;
    totals.accepted += posted.accepted;
    totals.duplicates += posted.duplicates;
    totals.rejected += posted.rejected.length;
    if (stores === null) continue;
    const waited = await waitForEffect(stores, lastAccepted(batch, posted, { sentMs, acceptedMs: performance.now() }), options.waitMs);
    totals.quarantined += waited.filter(({ state }) => state === 'QUARANTINED').length;
    for (const each of waited)
      output.result(
        { type: 'stages', ...each },
        () =>
          `${each.source} ${each.id}: accepted ${each.acceptedMs} ms, applied ${each.appliedMs} ms, visible ${each.visibleMs} ms${each.state === 'APPLIED' ? '' : `, ${each.state}`}`,
      );
    times.push(...waited.slice(0, Math.max(0, TIMES_MAX - times.length)));
  }
  return summarise(output, totals, { tookMs: performance.now() - startedMs, times });
}

/** Times kept for the summary's percentiles. */
const TIMES_MAX = 100_000;

function batchSize({ batch, rate }: SendOptions): number {
  return rate === undefined ? batch : Math.max(1, Math.min(batch, Math.floor(rate / BATCHES_PER_SECOND)));
}

/** Waits until as many events are due as were sent already. */
async function pace(rate: number | undefined, startedMs: number, sent: number): Promise<void> {
  if (rate === undefined) return;
  const dueMs = startedMs + (sent / rate) * 1_000;
  const waitMs = dueMs - performance.now();
  if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
}

/** The last accepted event of each partition: when it is visible, those before it are too. */
function lastAccepted(batch: readonly string[], { rejected }: Posted, times: { readonly sentMs: number; readonly acceptedMs: number }): Accepted[] {
  const refused = new Set(rejected.map(({ index }) => index));
  const last = new Map<number, Accepted>();
  batch.forEach((event, index) => {
    const identity = refused.has(index) ? null : identityOf(event);
    if (identity !== null) last.set(identity.partition, { ...identity, ...times });
  });
  return [...last.values()];
}

function tell(output: Output, { rejected }: Posted, before: number): void {
  for (const { index, ...rest } of rejected) {
    const number = before + index + 1;
    output.result(
      { type: 'rejected', event: number, ...rest },
      (colors) =>
        `${colors.red('✗')} event ${number} ${rest.source ?? ''} ${rest.id ?? ''}: ${rest.status} ${rest.title}: ${rest.detail}\n  What to do: ${rest.fix}`,
    );
  }
}

function summarise(output: Output, totals: Totals, { tookMs, times }: { readonly tookMs: number; readonly times: readonly EffectTimes[] }): ExitCode {
  const perSecond = Math.round(totals.events / Math.max(tookMs / 1_000, 0.001));
  const stages =
    times.length === 0
      ? null
      : {
          accepted: percentiles(times.map((each) => each.acceptedMs)),
          applied: percentiles(times.map((each) => each.appliedMs)),
          visible: percentiles(times.map((each) => each.visibleMs)),
        };
  const text = `${totals.events} events: ${totals.accepted} accepted, ${totals.duplicates} known already, ${totals.rejected} rejected in ${(tookMs / 1_000).toFixed(1)} s (${perSecond}/s)`;
  const waits =
    stages === null
      ? ''
      : `\n${Object.entries(stages)
          .map(([stage, { p50, p99 }]) => `${stage} p50 ${p50} ms, p99 ${p99} ms`)
          .join('; ')}`;
  output.result(
    { type: 'summary', ...totals, tookMs: Math.round(tookMs), perSecond, stages },
    (colors) => `${totals.rejected === 0 ? colors.green(text) : colors.red(text)}${waits}`,
  );
  return totals.rejected + totals.quarantined === 0 ? EXIT.ok : EXIT.failed;
}

function percentiles(values: readonly number[]): { readonly p50: number; readonly p99: number } {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}
