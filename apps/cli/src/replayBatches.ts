import type { Told } from './replayHistory.js';

/** A request has 1,000 events and 4 MiB at most (api.md, "Limits"). */
const EVENTS_MAX = 1_000;
const BYTES_MAX = 3 * 1024 * 1024;
/** What is due within this time goes at once: a batch for every few ms would be nothing but overhead. */
const AHEAD_MS = 50;
/** A timer of more than 24 days would go off at once. */
const PAUSE_MS_MAX = 3_600_000;

/**
 * Gathers events into batches, in order, as JSON. With a speed (history's time by real time) an event waits until it is due,
 * and what is gathered goes before the pause; the clock starts with the first event that has a time.
 */
export async function* batchWhenDue(events: AsyncIterable<Told>, speed: number | null): AsyncGenerator<string[]> {
  let batch: string[] = [];
  let bytes = 0;
  const msUntilDue = pace(speed);
  for await (const { event, happenedAt } of events) {
    const text = JSON.stringify(event);
    const size = Buffer.byteLength(text) + 1;
    const isDue = msUntilDue(happenedAt) <= AHEAD_MS;
    if (batch.length > 0 && (!isDue || batch.length >= EVENTS_MAX || bytes + size > BYTES_MAX)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    for (let waitMs = msUntilDue(happenedAt); waitMs > AHEAD_MS; waitMs = msUntilDue(happenedAt))
      await new Promise((resolve) => setTimeout(resolve, Math.min(waitMs, PAUSE_MS_MAX)));
    batch.push(text);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

function pace(speed: number | null): (happenedAt: number | null) => number {
  let start: { readonly happenedAt: number; readonly ms: number } | null = null;
  return (happenedAt) => {
    if (speed === null || happenedAt === null) return 0;
    start ??= { happenedAt, ms: performance.now() };
    return start.ms + (happenedAt - start.happenedAt) / speed - performance.now();
  };
}
