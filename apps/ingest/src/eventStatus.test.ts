import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EXAMPLE_EVENTS } from '@quayside/standards';
import fc from 'fast-check';
import { anEventStatus } from './testing/anEventStatus.js';
import { KEYS, openIngest, type IngestUnderTest } from './testing/openIngest.js';

const event = EXAMPLE_EVENTS['stock.shipped'];
const HREF = '/v1/events/%2Fwms%2Fdc-1/ship-981';

let ingest: IngestUnderTest;
beforeEach(async () => {
  ingest = await openIngest();
});
afterEach(() => ingest.close());

const get = (url: string, key: string = KEYS.full) => ingest.app.inject({ url, headers: { authorization: `Bearer ${key}` } });
const post = (body: object) =>
  ingest.app.inject({
    method: 'POST',
    url: '/v1/events',
    payload: JSON.stringify(body),
    headers: { authorization: `Bearer ${KEYS.full}`, 'content-type': 'application/cloudevents+json' },
  });

describe('GET /v1/events/{source}/{id}', () => {
  it('says ACCEPTED for what this process took and nobody has applied yet', async () => {
    await post(event);
    const answer = await get(HREF);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      source: '/wms/dc-1',
      id: 'ship-981',
      status: 'ACCEPTED',
      location: 'DC-1',
      acceptedAt: expect.stringMatching(/^20.*Z$/),
      appliedAt: null,
      repeats: 0,
      ledger: [],
    });
  });

  it('says what an applied event did, by path and by query alike', async () => {
    ingest.store.events.push({
      source: '/wms/dc-1',
      id: 'ship-981',
      ...anEventStatus({ repeats: 2, exceptions: [{ kind: 'CLOCK_SKEW', sku: null, detail: 'd' }], hops: [{ location: 'DC-2', state: null, movements: [] }] }),
    });
    const answer = await get(HREF);
    expect(answer.json()).toMatchObject({
      status: 'APPLIED',
      type: 'quayside.stock.shipped.v1',
      location: 'DC-1',
      href: HREF,
      repeats: 2,
      occurredAt: '2026-11-22T13:04:05.000Z',
      appliedAt: '2026-11-22T13:04:07.000Z',
      acceptedAt: null,
      ledger: [{ sku: '10002', delta: -3, onHandAfter: 37 }],
      exceptions: [{ kind: 'CLOCK_SKEW' }],
      hops: [{ location: 'DC-2', status: 'UNDERWAY', ledger: [] }],
    });
    expect((await get('/v1/events?source=%2Fwms%2Fdc-1&id=ship-981')).json()).toEqual(answer.json());
  });

  it('says why an event was quarantined', async () => {
    const quarantined = [{ offset: 12, reason: 'CLOCK_SKEW', detail: 'far ahead', state: 'WAITING', recordedAt: 0 }];
    ingest.store.events.push({ source: '/wms/dc-1', id: 'ship-981', ...anEventStatus({ state: 'QUARANTINED', movements: [], appliedAt: null, quarantined }) });
    expect((await get(HREF)).json()).toMatchObject({
      status: 'QUARANTINED',
      ledger: [],
      quarantined: [{ reason: 'CLOCK_SKEW', detail: 'far ahead', state: 'WAITING' }],
    });
  });

  it('names the same id at another location beside it', async () => {
    for (const location of ['DC-1', 'DC-2']) ingest.store.events.push({ source: '/wms/dc-1', id: 'ship-981', ...anEventStatus({ location }) });
    expect((await get(HREF)).json()).toMatchObject({ location: 'DC-1', elsewhere: [{ location: 'DC-2' }] });
    expect((await get(HREF, KEYS.scoped)).json()).toMatchObject({ location: 'DC-1', elsewhere: [] });
  });

  it('shows nothing of what a key may not see', async () => {
    ingest.store.events.push({ source: '/wms/dc-1', id: 'a', ...anEventStatus({ location: 'DC-2' }) });
    await post({ ...event, id: 'b', data: { ...event.data, location: 'DC-2' } });
    ingest.store.events.push({ source: '/wms/dc-1', id: 'c', ...anEventStatus({ hops: [{ location: 'DC-2', state: 'APPLIED', movements: [] }] }) });
    expect((await get('/v1/events/%2Fwms%2Fdc-1/a', KEYS.scoped)).json()).toMatchObject({ type: '/problems/unknown-event' });
    expect((await get('/v1/events/%2Fwms%2Fdc-1/b', KEYS.scoped)).json()).toMatchObject({ type: '/problems/unknown-event' });
    expect((await get('/v1/events/%2Fwms%2Fdc-1/c', KEYS.scoped)).json()).toMatchObject({ status: 'APPLIED', hops: [] });
    expect((await get('/v1/events/%2Fshop/a', KEYS.scoped)).json()).toMatchObject({ type: '/problems/source-not-allowed' });
  });

  it.each([
    ['an unknown event', HREF, 404, 'unknown-event'],
    ['a text that no event has', '/v1/events/%2Fwms/a%00b', 404, 'unknown-event'],
    ['half a surrogate pair', `/v1/events?source=%2Fwms&id=${'x'.repeat(257)}`, 404, 'unknown-event'],
    ['no id', '/v1/events?source=%2Fwms', 400, 'bad-parameter'],
    ['no query', '/v1/events', 400, 'bad-parameter'],
    ['an id twice', '/v1/events?source=a&id=b&id=c', 400, 'bad-parameter'],
    ['a parameter behind the path', `${HREF}?x=1`, 400, 'bad-parameter'],
    ['a path that cannot be decoded', '/v1/events/%2Fwms/%zz', 400, 'malformed-request'],
    ['a path that is half', '/v1/events/a', 404, 'not-found'],
    ['an absurd length', `/v1/events/a/${'x'.repeat(5_000)}`, 400, 'malformed-request'],
  ])('answers %s with a problem', async (_case, url, status, code) => {
    const answer = await get(url);
    expect(answer.json()).toMatchObject({ type: `/problems/${code}`, status });
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  });

  it('asks who asks', async () => {
    expect((await get(HREF, 'qs_wrong')).statusCode).toBe(401);
  });

  it.each(['AWAY', 'SILENT'] as const)('says 503 within 2.5 s while Postgres is %s, also for what this process took', async (fault) => {
    await post(event);
    ingest.store.fault = fault;
    const before = Date.now();
    const answer = await get(HREF);
    expect([answer.statusCode, answer.headers['retry-after'], answer.json().type]).toEqual([503, '1', '/problems/store-unavailable']);
    expect(Date.now() - before).toBeLessThan(2_500);
  });

  it('refuses what is too much for a database that does not answer', async () => {
    ingest.store.fault = 'SILENT';
    const answers = await Promise.all(Array.from({ length: 70 }, () => get(HREF)));
    expect(answers.filter((answer) => answer.json().type === '/problems/overloaded')).toHaveLength(6);
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'] as const)('takes no %s', async (method) => {
    const answer = await ingest.app.inject({ method, url: HREF });
    expect([answer.statusCode, answer.headers['allow'], answer.json().type]).toEqual([405, 'GET, HEAD', '/problems/method-not-allowed']);
  });
});

describe('the href of an answer', () => {
  it('leads to the event, whatever its source and id', async () => {
    const character = fc.constantFrom('a', '/', '%', '+', ' ', '.', '?', '#', '&', '=', ';', '"', '\\', 'é', '😀', '~', "'", '%2F');
    const id = fc.array(character, { minLength: 1, maxLength: 20 }).map((parts) => parts.join(''));
    const source = fc
      .array(fc.constantFrom('a', '/', '%2F', '+', '.', '?', '&', '=', ';', "'", '~'), { minLength: 1, maxLength: 8 })
      .map((parts) => `/${parts.join('')}`);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(source, fc.constantFrom('.', '..', 'a'.repeat(256))),
        fc.oneof(id, fc.constantFrom('.', '..', '€'.repeat(256))),
        async (from, name) => {
          const posted = await post({ ...event, source: from, id: name });
          const href: string = posted.json().results[0].href;
          // As a client would send it.
          const { pathname, search } = new URL(href, 'http://ingest');
          expect((await get(pathname + search)).json()).toMatchObject({ status: 'ACCEPTED', source: from, id: name, href });
        },
      ),
      { numRuns: 200 },
    );
  });
});
