import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EXAMPLE_EVENTS } from '@quayside/standards';
import { BODY_BYTES_MAX } from './readBody.js';
import { KEYS, openIngest, type IngestUnderTest } from './testing/openIngest.js';

const STRUCTURED = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';
const event = EXAMPLE_EVENTS['stock.shipped'];
const json = JSON.stringify(event);
const received = EXAMPLE_EVENTS['stock.received'];
const adjusted = (delta: number): string =>
  JSON.stringify({ ...EXAMPLE_EVENTS['stock.adjusted'], data: { location: 'DC-1', reason: 'found', lines: [{ sku: 'a', delta }] } });
const quantity = (text: string): string =>
  JSON.stringify({ ...received, data: { location: 'DC-1', lines: [{ sku: '10002', quantity: 3 }] } }).replace('"quantity":3', `"quantity":${text}`);
const padded = (bytes: number): string => json + ' '.repeat(bytes - json.length);
const nested = (levels: number): string => json.replace('"SO-1001"', '['.repeat(levels) + ']'.repeat(levels));

let ingest: IngestUnderTest;
let goodOnes = 0;
beforeAll(async () => {
  ingest = await openIngest();
});
afterAll(() => ingest.close());

type Headers = Record<string, string>;
const post = (body: string | Buffer, headers: Headers = {}) =>
  ingest.app.inject({
    method: 'POST',
    url: '/v1/events',
    payload: body,
    headers: { authorization: `Bearer ${KEYS.full}`, 'content-type': STRUCTURED, ...headers },
  });

describe('the door answers each bad input of reliability.md with its problem, and leaves nothing in the log', () => {
  it.each<[string, string | Buffer, Headers, number, string, string?]>([
    ['1 an empty body', '', {}, 400, 'empty-body'],
    ['2 a cut body', '{"specversion":"1.0"', {}, 400, 'malformed-json'],
    ['3 text/plain', json, { 'content-type': 'text/plain' }, 415, 'unsupported-media-type'],
    ['3 plain JSON', json, { 'content-type': 'application/json' }, 415, 'unsupported-media-type'],
    ['3 a Content-Type that cannot be read', json, { 'content-type': 'nonsense' }, 415, 'unsupported-media-type'],
    ['3 another charset', json, { 'content-type': `${STRUCTURED}; charset=utf-16` }, 415, 'unsupported-media-type'],
    ['3 another encoding', json, { 'content-encoding': 'br' }, 415, 'unsupported-encoding'],
    ['4 no id', JSON.stringify({ ...event, id: undefined }), {}, 422, 'required', '/id'],
    ['5 an empty id', JSON.stringify({ ...event, id: '' }), {}, 422, 'empty', '/id'],
    ['6 an id that is a number', JSON.stringify({ ...event, id: 42 }), {}, 422, 'wrong-type', '/id'],
    ['7 an id of 257 characters', JSON.stringify({ ...event, id: 'x'.repeat(257) }), {}, 422, 'too-long', '/id'],
    ['8 no source', JSON.stringify({ ...event, source: undefined }), {}, 422, 'required', '/source'],
    ['8 a source with blanks', JSON.stringify({ ...event, source: 'not a uri' }), {}, 422, 'not-a-uri', '/source'],
    ['9 specversion 0.3', JSON.stringify({ ...event, specversion: '0.3' }), {}, 422, 'unsupported-specversion', '/specversion'],
    ['10 an unknown type', JSON.stringify({ ...event, type: 'x' }), {}, 422, 'unknown-type', '/type'],
    ['11 a quantity in quotes', quantity('"5"'), {}, 422, 'wrong-type', '/data/lines/0/quantity'],
    ['12 a quantity of 1.5', quantity('1.5'), {}, 422, 'not-whole', '/data/lines/0/quantity'],
    ['13 a quantity beyond a double', quantity('9007199254740993'), {}, 422, 'number-out-of-range', '/data/lines/0/quantity'],
    ['14 a quantity of 0', quantity('0'), {}, 422, 'must-be-positive', '/data/lines/0/quantity'],
    ['14 a quantity of -0', quantity('-0'), {}, 422, 'must-be-positive', '/data/lines/0/quantity'],
    ['14 a quantity of -5', quantity('-5'), {}, 422, 'must-be-positive', '/data/lines/0/quantity'],
    ['14 a delta of 0', adjusted(0), {}, 422, 'must-not-be-zero', '/data/lines/0/delta'],
    ['14 no lines', JSON.stringify({ ...event, data: { location: 'DC-1', lines: [] } }), {}, 422, 'no-lines', '/data/lines'],
    ['16 NUL in a sku', json.replace('10002', '\\u0000'), {}, 422, 'control-character', '/data/lines/0/sku'],
    ['17 a lone surrogate in a sku', json.replace('10002', '\\ud800'), {}, 422, 'not-well-formed', '/data/lines/0/sku'],
    ['18 __proto__', `{"__proto__":{"admin":true},${json.slice(1)}`, {}, 400, 'forbidden-key', '/__proto__'],
    ['19 a key twice', quantity('3,"quantity":3'), {}, 400, 'duplicate-key', '/data/lines/0/quantity'],
    ['20 30 February', JSON.stringify({ ...event, time: '2025-02-30T10:00:00Z' }), {}, 422, 'no-such-date', '/time'],
    ['21 no zone', JSON.stringify({ ...event, time: '2025-01-01 10:00' }), {}, 422, 'time-without-zone', '/time'],
    ['24 one byte over the limit', padded(BODY_BYTES_MAX + 1), {}, 413, 'body-too-large'],
    ['24 one byte over the limit, packed', gzipSync(padded(BODY_BYTES_MAX + 1)), { 'content-encoding': 'gzip' }, 413, 'body-too-large'],
    ['24 a bomb', gzipSync(Buffer.alloc(64 * 1024 * 1024)), { 'content-encoding': 'gzip' }, 413, 'body-too-large'],
    ['24 an event over 1 MiB', padded(1024 * 1024 + 1), {}, 413, 'event-too-large'],
    ['25 1,001 events', `[${Array(1_001).fill(json).join(',')}]`, { 'content-type': BATCH }, 413, 'batch-too-large'],
    ['27 an empty batch', '[]', { 'content-type': BATCH }, 400, 'empty-batch'],
    ['30 33 levels', nested(33), {}, 400, 'too-deep'],
    ['31 no key', json, { authorization: '' }, 401, 'unauthenticated'],
    ['31 a wrong key', json, { authorization: 'Bearer qs_wrong' }, 401, 'unauthenticated'],
    ['31 an expired key', json, { authorization: `Bearer ${KEYS.expired}` }, 401, 'unauthenticated'],
    [
      '32 a location of others',
      JSON.stringify({ ...event, data: { ...event.data, location: 'DC-2' } }),
      { authorization: `Bearer ${KEYS.scoped}` },
      403,
      'location-not-allowed',
      '/data/location',
    ],
    [
      '32 a source of others',
      JSON.stringify({ ...event, source: '/shop/uk' }),
      { authorization: `Bearer ${KEYS.scoped}` },
      403,
      'source-not-allowed',
      '/source',
    ],
    [
      '33 a GTIN',
      JSON.stringify({ ...event, data: { location: 'DC-1', lines: [{ gtin: '4006381333932', quantity: 1 }] } }),
      {},
      422,
      'not-supported',
      '/data/lines/0/gtin',
    ],
    ['gzip that is none', json, { 'content-encoding': 'gzip' }, 400, 'malformed-encoding'],
    ['gzip that was cut', gzipSync(json).subarray(0, 60), { 'content-encoding': 'gzip' }, 400, 'malformed-encoding'],
  ])('%s', async (_case, ...[body, headers, status, code, pointer]) => {
    const before = ingest.log.entries.length;
    const answer = await post(body, headers);
    expect(answer.json()).toMatchObject({
      type: `/problems/${code}`,
      status,
      title: expect.any(String),
      detail: expect.any(String),
      fix: expect.any(String),
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    if (pointer !== undefined) expect(answer.json()).toHaveProperty('pointer', pointer);
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.headers['www-authenticate']).toBe(status === 401 ? 'Bearer realm="quayside"' : undefined);
    expect(answer.body).not.toMatch(/\bat .*\.(js|ts):\d/);
    expect(ingest.log.entries).toHaveLength(before);
    const next = await post(JSON.stringify({ ...event, id: `good-${++goodOnes}` }));
    expect(next.statusCode).toBe(202);
  });

  it('1: no body and no Content-Type', async () => {
    const answer = await ingest.app.inject({ method: 'POST', url: '/v1/events', headers: { authorization: `Bearer ${KEYS.full}` } });
    expect(answer.json()).toMatchObject({ type: '/problems/empty-body', status: 400 });
  });

  it('18: no prototype is touched', () => {
    expect(({} as { admin?: unknown }).admin).toBeUndefined();
  });

  it.each([
    ['14 a delta of -5', adjusted(-5), {}],
    ['15 a quantity of 1e3', quantity('1e3'), {}],
    ['24 a body of exactly the limit of an event', padded(1024 * 1024), {}],
    ['gzip', gzipSync(json), { 'content-encoding': 'gzip' }],
    ['a charset', json, { 'content-type': `${STRUCTURED}; charset=UTF-8` }],
    ['a time two days ahead (for inventory to judge)', JSON.stringify({ ...event, id: 'ahead', time: '2099-01-01T00:00:00Z' }), {}],
    ['a time two years ago', JSON.stringify({ ...event, id: 'old', time: '2024-01-01T00:00:00Z' }), {}],
  ])('takes %s', async (_case, body, headers) => {
    const answer = await post(body, headers);
    expect({ status: answer.statusCode, body: answer.json() }).toMatchObject({ status: 202, body: { status: 'ACCEPTED' } });
  });

  it('24: takes a batch of exactly 4 MiB, plain and packed', async () => {
    const one = padded(1024 * 1024 - 1);
    const batch = `[${[one, one, one].join(',')}]`;
    const full = batch + ' '.repeat(BODY_BYTES_MAX - batch.length);
    const [plain, packed] = [await post(full, { 'content-type': BATCH }), await post(gzipSync(full), { 'content-type': BATCH, 'content-encoding': 'gzip' })];
    expect([plain.statusCode, packed.statusCode]).toEqual([202, 202]);
  });

  it.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS'] as const)('36 %s on the path', async (method) => {
    const answer = await ingest.app.inject({
      method,
      url: '/v1/events',
      ...(method === 'PUT' ? { payload: json, headers: { 'content-type': STRUCTURED } } : {}),
    });
    expect(answer.statusCode).toBe(405);
    expect(answer.headers['allow']).toBe('GET, HEAD, POST');
    expect(answer.json()).toMatchObject({ type: '/problems/method-not-allowed' });
  });
});
