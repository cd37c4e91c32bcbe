import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import canonicalize from 'canonicalize';
import { contentHash } from './contentHash.js';
import { EXAMPLE_EVENTS } from './exampleEvents.js';

const event = EXAMPLE_EVENTS['stock.shipped'];

describe('contentHash', () => {
  it('is SHA-256 in base64url over the canonical JSON of type, subject, time and data', () => {
    const canonical =
      '{"data":{"lines":[{"line":1,"quantity":3,"sku":"10002"}],"location":"DC-1","order":"SO-1001"},"time":"2026-11-22T13:04:05Z","type":"quayside.stock.shipped.v1"}';
    expect(contentHash(event)).toBe(createHash('sha256').update(canonical).digest('base64url'));
  });

  it('is the same as over the whole content written by the package canonicalize', () => {
    for (const { type, subject, time, data } of [event, { ...event, subject: 'é "a"' }, { ...event, time: undefined }]) {
      const canonical = canonicalize({ type, subject, time, data }) ?? '';
      const given = { ...event, ...(subject === undefined ? {} : { subject }), data };
      const { time: _time, ...timeless } = given;
      expect(contentHash(time === undefined ? timeless : given)).toBe(createHash('sha256').update(canonical).digest('base64url'));
    }
  });

  it('does not depend on the order of keys, on identity or on extensions', () => {
    const { lines, ...rest } = event.data;
    expect(contentHash({ ...event, id: 'other', source: '/other', sequence: 7, traceparent: 'x', data: { lines, ...rest } })).toBe(contentHash(event));
  });

  it.each([
    ['type', { type: 'quayside.stock.returned.v1' }],
    ['subject', { subject: 'a' }],
    ['time, even for the same instant', { time: '2026-11-22T14:04:05+01:00' }],
    ['data', { data: { ...event.data, location: 'DC-2' } }],
  ])('depends on %s', (_case, more) => {
    expect(contentHash({ ...event, ...more })).not.toBe(contentHash(event));
  });
});
