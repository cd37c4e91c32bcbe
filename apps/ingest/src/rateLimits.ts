/** What one key may send a second, on average over any time; a burst of one second's worth is taken at once. */
export interface Rates {
  readonly requestsPerS: number;
  readonly eventsPerS: number;
}

/** Limits of every key (api.md, "Limits"). */
export const DEFAULT_RATES: Rates = { requestsPerS: 2_000, eventsPerS: 20_000 };
/** Keys followed at once: beyond it those that have not sent for a while are forgotten, which gives them a full bucket, as they have anyway. */
const KEYS_MAX = 10_000;

/** Which limit is used up, and when there is room again. */
export interface Exceeded {
  readonly limit: 'requests' | 'events';
  readonly perS: number;
  /** Whole seconds, at least 1. */
  readonly retryAfterS: number;
}

/**
 * Token buckets per key, exact on average: each second gives as many tokens as the rate says, up to one second's worth. More events
 * than are left are refused as a whole; a request with more than a whole second's worth waits for a full bucket and leaves a debt.
 */
export class RateLimits {
  private readonly keys = new Map<string, { requests: Bucket; events: Bucket }>();

  constructor(private readonly rates: Rates = DEFAULT_RATES) {}

  /** Counts one request of a key at `now` (ms); null when it is within the rate. */
  takeRequest(key: string, now: number): Exceeded | null {
    return take(this.of(key, now).requests, { limit: 'requests', count: 1, perS: this.rates.requestsPerS, now });
  }

  /** Counts the events of one request. */
  takeEvents(key: string, count: number, now: number): Exceeded | null {
    return take(this.of(key, now).events, { limit: 'events', count, perS: this.rates.eventsPerS, now });
  }

  private of(key: string, now: number): { requests: Bucket; events: Bucket } {
    const known = this.keys.get(key);
    if (known !== undefined) return known;
    if (this.keys.size >= KEYS_MAX) this.forget();
    const { requestsPerS, eventsPerS } = this.rates;
    const fresh = { requests: { tokens: requestsPerS, at: now }, events: { tokens: eventsPerS, at: now } };
    this.keys.set(key, fresh);
    return fresh;
  }

  /** The half that was met first: a key that still sends is back at once. */
  private forget(): void {
    let left = KEYS_MAX / 2;
    for (const key of this.keys.keys()) if (left-- > 0) this.keys.delete(key);
  }
}

interface Bucket {
  tokens: number;
  at: number;
}

function take(bucket: Bucket, { limit, count, perS, now }: { limit: Exceeded['limit']; count: number; perS: number; now: number }): Exceeded | null {
  // A clock that was set back gives nothing, and takes nothing away.
  const gained = (Math.max(0, now - bucket.at) * perS) / 1_000;
  const tokens = Math.min(perS, bucket.tokens + gained);
  bucket.tokens = tokens;
  bucket.at = now;
  const needed = Math.min(count, perS);
  if (tokens < needed) return { limit, perS, retryAfterS: Math.max(1, Math.ceil((needed - tokens) / perS)) };
  bucket.tokens = tokens - count;
  return null;
}
