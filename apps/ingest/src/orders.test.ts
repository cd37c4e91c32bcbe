import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeEventRecord, partitionOf } from '@quayside/contracts';
import { EXAMPLE_ORDER } from '@quayside/standards';
import { KEYS, openIngest, type IngestUnderTest } from './testing/openIngest.js';

let ingest: IngestUnderTest;
beforeEach(async () => {
  ingest = await openIngest();
});
afterEach(() => ingest.close());

type Headers = Record<string, string>;
const post = (order: unknown, headers: Headers = {}, query = '') =>
  ingest.app.inject({
    method: 'POST',
    url: `/v1/orders${query}`,
    payload: typeof order === 'string' || Buffer.isBuffer(order) ? order : JSON.stringify(order),
    headers: { authorization: `Bearer ${KEYS.full}`, 'content-type': 'application/json', ...headers },
  });
const order = (more: Record<string, unknown> = {}) => ({ ...EXAMPLE_ORDER, ...more });

describe('POST /v1/orders', () => {
  it('puts the order into the log as the event that it becomes, and says where its status is found', async () => {
    const answer = await post(order());
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toEqual({
      status: 'ACCEPTED',
      accepted: 1,
      duplicates: 0,
      rejected: 0,
      results: [{ index: 0, id: 'order:SO-1001', source: '/shop/uk', status: 'ACCEPTED', href: '/v1/events/%2Fshop%2Fuk/order%3ASO-1001' }],
    });
    const [entry] = ingest.log.entries;
    expect(entry).toMatchObject({ key: 'DC-1', partition: partitionOf('DC-1') });
    const { event, envelope } = decodeEventRecord(Buffer.from(entry?.value ?? ''));
    expect(event).toMatchObject({
      name: 'order.placed',
      order: 'SO-1001',
      customer: 'C-77',
      policy: 'PARTIAL',
      lines: [{ line: 1, sku: '10002', quantity: 3 }],
    });
    expect(envelope).toMatchObject({ occurredAt: Date.parse(EXAMPLE_ORDER.placedAt), sender: `id-of-${KEYS.full}` });
    const status = await ingest.app.inject({ url: answer.json().results[0].href, headers: { authorization: `Bearer ${KEYS.full}` } });
    expect(status.json()).toMatchObject({ status: 'ACCEPTED', id: 'order:SO-1001', source: '/shop/uk', location: 'DC-1' });
  });

  it('is a repeat with the same content and a conflict with other content, by number or by key', async () => {
    expect((await post(order())).json()).toMatchObject({ accepted: 1 });
    expect((await post(order())).json()).toMatchObject({ accepted: 0, duplicates: 1, results: [{ status: 'DUPLICATE' }] });
    const other = await post(order({ priority: 1 }));
    expect([other.statusCode, other.json().type]).toEqual([409, '/problems/id-conflict']);
    expect(other.json().detail).toContain('to change an order, send order.amended');
    const key = { 'idempotency-key': '8e03978e-40d5-43dd-bc93-6894a57f9324' };
    expect((await post(order(), key)).json()).toMatchObject({ accepted: 1, results: [{ id: key['idempotency-key'] }] });
    expect((await post(order(), key)).json()).toMatchObject({ duplicates: 1 });
    expect((await post(order({ order: 'SO-2' }), key)).statusCode).toBe(409);
  });

  it('takes gzip and a charset', async () => {
    expect((await post(gzipSync(JSON.stringify(order())), { 'content-encoding': 'gzip', 'content-type': 'application/json; charset=utf-8' })).statusCode).toBe(
      202,
    );
  });

  it.each<[string, unknown, Headers, number, string, string?]>([
    ['no body', '', {}, 400, 'empty-body'],
    ['a cut body', '{"order":"SO-1"', {}, 400, 'malformed-json'],
    ['an event', order(), { 'content-type': 'application/cloudevents+json' }, 415, 'unsupported-media-type'],
    ['no type', order(), { 'content-type': 'text/plain' }, 415, 'unsupported-media-type'],
    ['a list', [order()], {}, 422, 'wrong-type', ''],
    ['no number', order({ order: undefined }), {}, 422, 'required', '/order'],
    ['no location', order({ location: undefined }), {}, 422, 'required', '/location'],
    ['no source', order({ source: undefined }), {}, 422, 'required', '/source'],
    ['no lines', order({ lines: [] }), {}, 422, 'no-lines', '/lines'],
    ['half a piece', order({ lines: [{ sku: 'A', quantity: 0.5 }] }), {}, 422, 'not-whole', '/lines/0/quantity'],
    [
      'a line twice',
      order({
        lines: [
          { line: 1, sku: 'A', quantity: 1 },
          { line: 1, sku: 'A', quantity: 1 },
        ],
      }),
      {},
      422,
      'line-twice',
      '/lines/1',
    ],
    ['a misspelt field', order({ promissedShipBy: '2026-11-23T17:00:00Z' }), {}, 422, 'unknown-field', '/promissedShipBy'],
    ['a time that does not exist', order({ placedAt: '2026-02-30T00:00:00Z' }), {}, 422, 'no-such-date', '/placedAt'],
    ['a source of ours', order({ source: 'quayside:gateway' }), {}, 422, 'reserved-source', '/source'],
    ['33 levels', JSON.stringify(order()).replace('"C-77"', '['.repeat(33) + ']'.repeat(33)), {}, 400, 'too-deep'],
    ['an order over 1 MiB', `${JSON.stringify(order())}${' '.repeat(1024 * 1024)}`, {}, 413, 'event-too-large'],
    ['no key', order(), { authorization: '' }, 401, 'unauthenticated'],
    ['a source of others', order(), { authorization: `Bearer ${KEYS.scoped}` }, 403, 'source-not-allowed', '/source'],
    [
      'a location of others',
      order({ source: '/wms/x', location: 'DC-2' }),
      { authorization: `Bearer ${KEYS.scoped}` },
      403,
      'location-not-allowed',
      '/location',
    ],
  ])('refuses %s with its problem, at its place in the order', async (_case, ...[body, headers, status, code, pointer]) => {
    const answer = await post(body, headers);
    expect([answer.statusCode, answer.json()]).toMatchObject([status, { type: `/problems/${code}`, status, fix: expect.any(String) }]);
    if (pointer !== undefined) expect(answer.json()).toHaveProperty('pointer', pointer);
    expect(answer.json().detail).not.toMatch(/\bdata\b/);
    expect(ingest.log.entries).toEqual([]);
  });

  it('says 503 while the log is away', async () => {
    ingest.log.fault = 'LOG_UNAVAILABLE';
    const answer = await post(order());
    expect([answer.statusCode, answer.headers['retry-after'], answer.json().type]).toEqual([503, '1', '/problems/log-unavailable']);
  });

  it('shows what it would ask for with dryRun, and writes nothing', async () => {
    const answer = await post(order(), {}, '?dryRun=true');
    expect([answer.statusCode, answer.json()]).toMatchObject([
      200,
      { dryRun: true, results: [{ status: 'ACCEPTED', type: 'quayside.order.placed.v1', effect: expect.stringMatching(/^Asks for 3 of 10002/) }] },
    ]);
    expect(ingest.log.entries).toEqual([]);
  });

  it.each(['dryrun=true', 'atomic=true', 'dryRun=maybe'])('refuses the query %s instead of writing', async (query) => {
    expect((await post(order(), {}, `?${query}`)).json()).toMatchObject({ type: '/problems/bad-parameter' });
    expect(ingest.log.entries).toEqual([]);
  });

  it.each(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'] as const)('takes no %s', async (method) => {
    const answer = await ingest.app.inject({ method, url: '/v1/orders' });
    expect([answer.statusCode, answer.headers['allow'], answer.json().type]).toEqual([405, 'POST', '/problems/method-not-allowed']);
  });
});

describe('POST /v1/events', () => {
  const voids = (source: string) => ({
    specversion: '1.0',
    id: 'void-1',
    source: '/wms/dc-1',
    type: 'quayside.event.voided.v1',
    data: { location: 'DC-1', source, id: 'ship-981', reason: 'did_not_occur' },
  });
  const postVoid = (source: string, key: string) =>
    ingest.app.inject({
      method: 'POST',
      url: '/v1/events',
      payload: JSON.stringify(voids(source)),
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/cloudevents+json' },
    });

  it('lets a key take back events of its own sources only', async () => {
    expect((await postVoid('/shop/uk', KEYS.scoped)).json()).toMatchObject({
      type: '/problems/source-not-allowed',
      pointer: '/data/source',
      value: '/shop/uk',
    });
    expect((await postVoid('/wms/dc-2', KEYS.scoped)).statusCode).toBe(202);
    expect((await postVoid('/shop/uk', KEYS.full)).statusCode).toBe(409);
  });
});
