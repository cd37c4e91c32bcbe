/** How many seconds are looked at. */
const SECONDS = 60;
/** Latencies fall into buckets that grow by this factor, so that a percentile is told within 2.5 %. */
const GROWTH = 1.05;
/** ln(10 min in ms) / ln(1.05), rounded up: what is slower falls into the last. */
const BUCKETS = 275;

interface Second {
  at: number;
  count: number;
  readonly buckets: Uint32Array;
}

/**
 * What has arrived in the last minute: how many, and how late. Fixed memory, whatever the rate. Times are arguments.
 */
export class LastMinute {
  private readonly seconds: Second[] = Array.from({ length: SECONDS }, () => ({ at: -1, count: 0, buckets: new Uint32Array(BUCKETS) }));

  /** `startedAt`: a process younger than a minute divides by its own age. */
  constructor(private readonly startedAt: number) {}

  /** One arrival that took `latencyMs`; under 0 (clocks of two machines) counts as 0. */
  note(now: number, latencyMs: number): void {
    const at = Math.floor(now / 1_000);
    const second = this.seconds[at % SECONDS];
    if (second === undefined) throw new Error('A minute has a second for every remainder');
    if (second.at !== at) {
      second.at = at;
      second.count = 0;
      second.buckets.fill(0);
    }
    second.count++;
    const bucket = Math.min(BUCKETS - 1, Math.max(0, Math.round(Math.log(Math.max(1, latencyMs)) / Math.log(GROWTH))));
    second.buckets[bucket] = (second.buckets[bucket] ?? 0) + 1;
  }

  /** Arrivals a second. */
  rate(now: number): number {
    const elapsed = Math.min(SECONDS, Math.max(1, (now - this.startedAt) / 1_000));
    return Math.round((this.recent(now).reduce((sum, { count }) => sum + count, 0) / elapsed) * 100) / 100;
  }

  /** The latency in ms that a share of arrivals stayed under; null without any. */
  quantile(now: number, share: number): number | null {
    const recent = this.recent(now);
    const total = recent.reduce((sum, { count }) => sum + count, 0);
    if (total === 0) return null;
    let left = Math.ceil(total * share);
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      for (const second of recent) left -= second.buckets[bucket] ?? 0;
      if (left <= 0) return Math.round(GROWTH ** bucket * 10) / 10;
    }
    return null;
  }

  private recent(now: number): Second[] {
    const at = Math.floor(now / 1_000);
    return this.seconds.filter((second) => second.at > at - SECONDS && second.at <= at);
  }
}
