import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeEventRecord, partitionOf } from '@quayside/contracts';
import { EXAMPLE_EVENTS } from '@quayside/standards';
import { FlightWindow } from './flightWindow.js';
import { KEYS, openIngest, type IngestUnderTest } from './testing/openIngest.js';

const event = EXAMPLE_EVENTS['stock.shipped'];
const withQuantity = (id: string, quantity: number, location = 'DC-1') => ({ ...event, id, data: { location, lines: [{ sku: '10002', quantity }] } });

let ingest: IngestUnderTest;
beforeEach(async () => {
  ingest = await openIngest();
});
afterEach(() => ingest.close());

type Headers = Record<string, string>;
const post = (body: unknown, headers: Headers = {}) =>
  ingest.app.inject({
    method: 'POST',
    url: '/v1/events',
    payload: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { authorization: `Bearer ${KEYS.full}`, 'content-type': 'application/cloudevents+json', ...headers },
  });
const postBatch = (events: readonly unknown[], headers: Headers = {}) => post(events, { 'content-type': 'application/cloudevents-batch+json', ...headers });
const idsInLog = (): string[] => ingest.log.entries.map(({ value }) => decodeEventRecord(Buffer.from(value)).event.id);

describe('POST /v1/events', () => {
  it('answers one event as api.md shows', async () => {
    const answer = await post(event);
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toEqual({
      status: 'ACCEPTED',
      accepted: 1,
      duplicates: 0,
      rejected: 0,
      results: [{ index: 0, id: 'ship-981', source: '/wms/dc-1', status: 'ACCEPTED', href: '/v1/events/%2Fwms%2Fdc-1/ship-981' }],
    });
  });

  it('writes a record that inventory reads, under the key and partition of its location', async () => {
    await post({ ...event, sequence: 7 });
    const [entry] = ingest.log.entries;
    expect(entry).toMatchObject({ key: 'DC-1', partition: partitionOf('DC-1') });
    const record = decodeEventRecord(Buffer.from(entry?.value ?? ''));
    expect(record.envelope).toMatchObject({ sender: `id-of-${KEYS.full}`, event: { ...event, sequence: 7 } });
    expect(record.event).toMatchObject({ name: 'stock.shipped', sequence: 7, occurredAt: Date.parse(event.time ?? ''), location: 'DC-1' });
  });

  it('keeps the order of a batch', async () => {
    const ids = Array.from({ length: 50 }, (_, index) => `e-${index}`);
    await postBatch(ids.map((id, index) => withQuantity(id, 1, `DC-${index % 3}`)));
    expect(idsInLog()).toEqual(ids);
  });

  it('26: refuses one event of a batch and takes the others', async () => {
    const answer = await postBatch([withQuantity('a', 1), withQuantity('b', 1), withQuantity('c', 0), withQuantity('d', 1)]);
    expect(answer.statusCode).toBe(207);
    expect(answer.json()).toMatchObject({
      status: 'PARTIALLY_ACCEPTED',
      accepted: 3,
      duplicates: 0,
      rejected: 1,
      results: [
        { status: 'ACCEPTED' },
        { status: 'ACCEPTED' },
        { index: 2, id: 'c', source: '/wms/dc-1', status: 'REJECTED', problem: { type: '/problems/must-be-positive', pointer: '/data/lines/0/quantity' } },
        { status: 'ACCEPTED' },
      ],
    });
    expect(idsInLog()).toEqual(['a', 'b', 'd']);
  });

  it('answers a batch that shares one problem with that problem and the results', async () => {
    const answer = await postBatch([withQuantity('a', 0), withQuantity('b', -1)]);
    expect(answer.statusCode).toBe(422);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({
      type: '/problems/must-be-positive',
      results: [
        { id: 'a', status: 'REJECTED' },
        { id: 'b', status: 'REJECTED' },
      ],
    });
  });

  it('answers a batch whose events were refused for different reasons with 207', async () => {
    const answer = await postBatch([withQuantity('a', 0), { ...event, id: '' }]);
    expect(answer.statusCode).toBe(207);
    expect(answer.json()).toMatchObject({ status: 'PARTIALLY_ACCEPTED', accepted: 0, rejected: 2 });
  });

  it('refuses only what lies outside the scope of a key', async () => {
    const answer = await postBatch([withQuantity('a', 1, 'DC-1'), withQuantity('b', 1, 'DC-2')], { authorization: `Bearer ${KEYS.scoped}` });
    expect(answer.statusCode).toBe(207);
    expect(answer.json()).toMatchObject({ results: [{ status: 'ACCEPTED' }, { status: 'REJECTED', problem: { status: 403 } }] });
    expect(idsInLog()).toEqual(['a']);
  });

  it('wants both locations of a move to be within the scope of a key', async () => {
    const move = EXAMPLE_EVENTS['stock.moved'];
    const answer = await post(move, { authorization: `Bearer ${KEYS.scoped}` });
    expect([answer.statusCode, answer.json().type, answer.json().pointer]).toEqual([403, '/problems/location-not-allowed', '/data/to']);
    expect((await post(move)).statusCode).toBe(202);
    expect(ingest.log.entries).toMatchObject([{ key: 'DC-1' }]);
  });

  it('28: accepts a repeat again, says so, and lets inventory count it', async () => {
    await post(event);
    const answer = await post(event);
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toMatchObject({ status: 'ACCEPTED', accepted: 0, duplicates: 1, results: [{ status: 'DUPLICATE', href: expect.any(String) }] });
    expect(idsInLog()).toEqual(['ship-981', 'ship-981']);
  });

  it('29: refuses other content under a known id, and it never reaches the log', async () => {
    await post(event);
    const answer = await post(withQuantity(event.id, 9));
    expect(answer.statusCode).toBe(409);
    expect(answer.json()).toMatchObject({ type: '/problems/id-conflict', pointer: '/id' });
    expect(ingest.log.entries).toHaveLength(1);
  });

  it('29: refuses a known id at another location', async () => {
    await post(event);
    const answer = await post({ ...event, data: { ...event.data, location: 'DC-2' } });
    expect(answer.statusCode).toBe(409);
  });

  it('tells repeats and one conflict inside a batch', async () => {
    const answer = await postBatch([withQuantity('a', 1), withQuantity('a', 1), withQuantity('a', 2)]);
    expect(answer.statusCode).toBe(207);
    expect(answer.json()).toMatchObject({
      accepted: 1,
      duplicates: 1,
      rejected: 1,
      results: [{ status: 'ACCEPTED' }, { status: 'DUPLICATE' }, { status: 'REJECTED', problem: { status: 409 } }],
    });
  });

  it('takes binary mode', async () => {
    const headers = {
      'content-type': 'application/json',
      'ce-specversion': '1.0',
      'ce-id': 'b-1',
      'ce-source': '/wms/dc-1',
      'ce-type': event.type,
      'ce-time': '2026-11-22T13:04:05Z',
    };
    const answer = await post(event.data, headers);
    expect(answer.json()).toMatchObject({ status: 'ACCEPTED', results: [{ id: 'b-1' }] });
  });

  it('takes lines of JSON, and a broken one costs only itself', async () => {
    const answer = await post(`${JSON.stringify(withQuantity('a', 1))}\n{"cut\n${JSON.stringify(withQuantity('b', 1))}\n`, {
      'content-type': 'application/x-ndjson',
    });
    expect(answer.statusCode).toBe(207);
    expect(answer.json()).toMatchObject({
      accepted: 2,
      results: [{ status: 'ACCEPTED' }, { status: 'REJECTED', id: null, problem: { type: '/problems/malformed-json' } }, { status: 'ACCEPTED' }],
    });
  });
});

describe('when the log cannot take events', () => {
  it('34: says 503 with Retry-After, and remembers nothing', async () => {
    ingest.log.fault = 'LOG_UNAVAILABLE';
    const answer = await post(event);
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('1');
    expect(answer.json()).toMatchObject({ type: '/problems/log-unavailable' });
    ingest.log.fault = null;
    const again = await post(event);
    expect(again.json()).toMatchObject({ accepted: 1, duplicates: 0 });
  });

  it('34: says 503 for a batch as a whole, even where an event of it was not valid', async () => {
    ingest.log.fault = 'LOG_UNAVAILABLE';
    const answer = await postBatch([withQuantity('a', 1), withQuantity('b', 0)]);
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({
      type: '/problems/log-unavailable',
      results: [{ problem: { status: 503 } }, { problem: { type: '/problems/must-be-positive' } }],
    });
  });

  it('says 503 overloaded when its queue is full', async () => {
    ingest.log.fault = 'QUEUE_FULL';
    const answer = await post(event);
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({ type: '/problems/overloaded' });
  });

  it('answers an unexpected error with 500 and nothing of the error', async () => {
    ingest.log.fault = 'BUG';
    const answer = await post(event);
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toMatchObject({ type: '/problems/internal', detail: 'the request could not be answered' });
    expect(answer.body).not.toContain('BUG');
  });

  it('does not answer before the log has the event', async () => {
    let release = (): void => undefined;
    ingest.log.hold = new Promise((resolve) => {
      release = resolve;
    });
    let answered = false;
    const answer = post(event).then((response) => {
      answered = true;
      return response;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(answered).toBe(false);
    release();
    expect((await answer).statusCode).toBe(202);
  });
});

describe('the window of what is in flight', () => {
  it('refuses the request that is one too many, and takes the next one after it', async () => {
    await ingest.close();
    ingest = await openIngest({ window: new FlightWindow(1, 1_000_000) });
    let release = (): void => undefined;
    ingest.log.hold = new Promise((resolve) => {
      release = resolve;
    });
    const first = post(event);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const second = await post(withQuantity('b', 1));
    release();
    expect([second.statusCode, second.headers['retry-after'], (await first).statusCode]).toEqual([503, '1', 202]);
    expect((await post(withQuantity('c', 1))).statusCode).toBe(202);
  });

  it('refuses a body that does not fit, and gives its room back', async () => {
    await ingest.close();
    ingest = await openIngest({ window: new FlightWindow(10, 1_000) });
    const large = await post(JSON.stringify(event) + ' '.repeat(1_000));
    expect(large.json()).toMatchObject({ type: '/problems/overloaded' });
    for (let time = 0; time < 5; time++) expect((await post(event)).statusCode).toBe(202);
  });
});

describe('the rate of a key', () => {
  beforeEach(async () => {
    await ingest.close();
    ingest = await openIngest({ rates: { requestsPerS: 5, eventsPerS: 10 } });
  });

  it('35: says 429 with Retry-After and RateLimit headers over the requests of a second, to that key only', async () => {
    const answers = [];
    for (let count = 0; count < 7; count++) answers.push(await post(withQuantity(`r-${count}`, 1)));
    expect(answers.slice(0, 5).map(({ statusCode }) => statusCode)).toEqual([202, 202, 202, 202, 202]);
    const last = answers[6];
    expect(last?.statusCode).toBe(429);
    expect(last?.headers).toMatchObject({ 'retry-after': '1', 'ratelimit-policy': '"requests";q=5;w=1', ratelimit: '"requests";r=0;t=1' });
    expect(last?.json()).toMatchObject({ type: '/problems/rate-exceeded' });
    expect((await post(event, { authorization: `Bearer ${KEYS.scoped}` })).statusCode).toBe(202);
  });

  it('35: counts the events of batches too, and takes nothing of one that is too much', async () => {
    const batch = (name: string) => Array.from({ length: 8 }, (_, index) => withQuantity(`${name}-${index}`, 1));
    expect((await postBatch(batch('a'))).statusCode).toBe(202);
    const answer = await postBatch(batch('b'));
    expect([answer.statusCode, answer.headers['ratelimit-policy']]).toEqual([429, '"events";q=10;w=1']);
    expect(ingest.log.entries).toHaveLength(8);
  });
});

describe('around the events', () => {
  it('answers an unknown path with a problem', async () => {
    const answer = await ingest.app.inject('/v2/nothing');
    expect(answer.statusCode).toBe(404);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({ type: '/problems/not-found', requestId: expect.any(String) });
  });

  it('answers a path that cannot be decoded with a problem', async () => {
    const answer = await ingest.app.inject('/%zz');
    expect(answer.json()).toMatchObject({ type: '/problems/malformed-request', status: 400 });
  });

  it('has a page for each problem, which loads nothing from outside', async () => {
    const list = await ingest.app.inject('/problems');
    const codes = [...list.body.matchAll(/href="\/problems\/([a-z0-9-]+)"/g)].map((match) => match[1] ?? '');
    expect(codes.length).toBeGreaterThan(40);
    for (const code of codes) {
      const page = await ingest.app.inject(`/problems/${code}`);
      expect(page.statusCode).toBe(200);
      expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(page.body).not.toMatch(/https?:\/\/|<script/);
    }
    expect((await ingest.app.inject('/problems/nothing')).statusCode).toBe(404);
  });

  it('counts what it answered', async () => {
    await postBatch([withQuantity('a', 1), withQuantity('a', 1), withQuantity('b', 0)]);
    await post('', {});
    const metrics = await ingest.metrics.metrics();
    expect(metrics).toContain('quayside_ingest_events_total{result="accepted"} 1');
    expect(metrics).toContain('quayside_ingest_events_total{result="duplicate"} 1');
    expect(metrics).toContain('quayside_ingest_events_total{result="rejected"} 1');
    expect(metrics).toContain('quayside_ingest_refusals_total{problem="must-be-positive"} 1');
    expect(metrics).toContain('quayside_ingest_refusals_total{problem="empty-body"} 1');
    expect(metrics).toContain('quayside_ingest_append_seconds_count 1');
    expect(metrics).toContain('quayside_ingest_requests_in_flight 0');
    expect(metrics).toContain('quayside_ingest_bytes_in_flight 0');
  });
});
