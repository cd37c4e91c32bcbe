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

/** Knows callers by their keys and holds each to its rate. */
export class Callers {
  constructor(
    private readonly keys: ApiKeys,
    private readonly limits: RateLimits,
    private readonly now: () => number,
  ) {}

  /** The caller behind a request, which is counted. */
  identify(headers: Readonly<Record<string, string | string[] | undefined>>): Calling {
    const { authorization } = headers;
    const now = this.now();
    const key = this.keys.find(typeof authorization === 'string' ? authorization : undefined, now);
    if (key === null) return { kind: 'refused', refusal: { code: 'unauthenticated', detail: 'the request carries no API key that is valid' }, headers: {} };
    const exceeded = this.limits.takeRequest(key.id, now);
    return exceeded === null ? { kind: 'caller', key } : tooFast(exceeded);
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
