import type { ApiKey, ApiKeys } from '@quayside/service';
import type { Refusal } from '@quayside/standards';
import type { Exceeded, RateLimits } from './rateLimits.js';

/** Who asks: a key within its rate, or why not, with the headers that say more. */
export type Calling = { readonly kind: 'caller'; readonly key: ApiKey } | CallRefused;
export interface CallRefused {
  readonly kind: 'refused';
  readonly refusal: Refusal;
  readonly headers: Readonly<Record<string, string>>;
}

/** A key that was found good is not looked up again for so long, ms: the keys' file is itself looked at every 2 s only, and a hash is 4 % of a single event's cost. */
const FOUND_MS = 200;
/** Keys remembered so; with more callers at once all are looked up again. */
const FOUND_KEYS_MAX = 1_000;

/** Knows callers by their keys and holds each to its rate. */
export class Callers {
  private readonly found = new Map<string, { readonly key: ApiKey; readonly until: number }>();

  constructor(
    private readonly keys: ApiKeys,
    private readonly limits: RateLimits,
    private readonly now: () => number,
  ) {}

  /** The caller behind a request, which is counted. */
  identify(headers: Readonly<Record<string, string | string[] | undefined>>): Calling {
    const { authorization } = headers;
    const now = this.now();
    const key = typeof authorization === 'string' ? this.find(authorization, now) : null;
    if (key === null) return { kind: 'refused', refusal: { code: 'unauthenticated', detail: 'the request carries no API key that is valid' }, headers: {} };
    const exceeded = this.limits.takeRequest(key.id, now);
    return exceeded === null ? { kind: 'caller', key } : tooFast(exceeded);
  }

  private find(authorization: string, now: number): ApiKey | null {
    const found = this.found.get(authorization);
    if (found !== undefined && now < found.until && now >= found.until - FOUND_MS) return found.key;
    const key = this.keys.find(authorization, now);
    this.found.delete(authorization);
    if (key === null) return null;
    if (this.found.size >= FOUND_KEYS_MAX) this.found.clear();
    const endsAt = key.expiresAt === null ? Infinity : Date.parse(key.expiresAt);
    this.found.set(authorization, { key, until: Math.min(now + FOUND_MS, endsAt) });
    return key;
  }

  /** Counts the events of a request; null when they are within the rate. */
  countEvents(key: ApiKey, count: number): CallRefused | null {
    const exceeded = this.limits.takeEvents(key.id, count, this.now());
    return exceeded === null ? null : tooFast(exceeded);
  }
}

/** Header fields as draft-ietf-httpapi-ratelimit-headers writes them: quota and window, what is left and when there is more. */
function tooFast({ limit, perS, retryAfterS }: Exceeded): CallRefused {
  return {
    kind: 'refused',
    refusal: { code: 'rate-exceeded', detail: `the key sends over ${perS} ${limit} a second` },
    headers: { 'retry-after': String(retryAfterS), 'ratelimit-policy': `"${limit}";q=${perS};w=1`, ratelimit: `"${limit}";r=0;t=${retryAfterS}` },
  };
}
