import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RateLimits } from './rateLimits.js';

const rates = { requestsPerS: 10, eventsPerS: 100 };

describe('RateLimits', () => {
  it('takes one second’s worth at once, then refuses, and says when there is room again', () => {
    const limits = new RateLimits(rates);
    expect(Array.from({ length: 10 }, () => limits.takeRequest('a', 0))).toEqual(Array(10).fill(null));
    expect(limits.takeRequest('a', 0)).toEqual({ limit: 'requests', perS: 10, retryAfterS: 1 });
    expect(limits.takeRequest('a', 99)).not.toBeNull();
    expect(limits.takeRequest('a', 100)).toBeNull();
  });

  it('keeps keys, and requests and events, apart', () => {
    const limits = new RateLimits(rates);
    expect(limits.takeEvents('a', 100, 0)).toBeNull();
    expect(limits.takeEvents('a', 1, 0)).not.toBeNull();
    expect(limits.takeEvents('b', 1, 0)).toBeNull();
    expect(limits.takeRequest('a', 0)).toBeNull();
  });

  it('takes a batch of over a second’s worth from a full bucket, and waits until its debt is paid', () => {
    const limits = new RateLimits(rates);
    expect(limits.takeEvents('a', 250, 0)).toBeNull();
    expect(limits.takeEvents('a', 1, 1_500)).toEqual({ limit: 'events', perS: 100, retryAfterS: 1 });
    expect(limits.takeEvents('a', 1, 1_510)).toBeNull();
  });

  it('a clock that is set back gives nothing', () => {
    const limits = new RateLimits(rates);
    for (let count = 0; count < 10; count++) limits.takeRequest('a', 10_000);
    expect(limits.takeRequest('a', 0)).not.toBeNull();
    expect(limits.takeRequest('a', 100)).toBeNull();
  });

  it('never takes more than the rate over the whole time and one burst, and all of it from a caller who waits as told', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ waitMs: fc.nat(400), count: fc.integer({ min: 1, max: 40 }) }), { maxLength: 60 }), (tries) => {
        const limits = new RateLimits(rates);
        let now = 0;
        let taken = 0;
        for (const { waitMs, count } of tries) {
          now += waitMs;
          const exceeded = limits.takeEvents('a', count, now);
          if (exceeded === null) taken += count;
          expect(taken).toBeLessThanOrEqual(100 + (now * 100) / 1_000);
          if (exceeded !== null) {
            now += exceeded.retryAfterS * 1_000;
            expect(limits.takeEvents('a', count, now)).toBeNull();
            taken += count;
          }
        }
      }),
    );
  });

  it('forgets keys instead of growing without end', () => {
    const limits = new RateLimits(rates);
    for (let key = 0; key < 25_000; key++) limits.takeRequest(`k-${key}`, 0);
    expect(limits['keys'].size).toBeLessThanOrEqual(10_000);
  });
});
