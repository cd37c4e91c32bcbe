import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EXAMPLE_EVENTS } from '@quayside/standards';
import type { EventMovement } from '@quayside/store';
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

  const VOID = { source: '/wms/dc-1', id: 'void-1', recordedAt: 0 };
  it('says of an event whose void came first that it has not been seen, or will have no effect', async () => {
    const tombstone = { state: 'TOMBSTONE', name: null, hash: '', movements: [], voidedBy: VOID };
    ingest.store.events.push({ source: '/wms/dc-1', id: 'ship-981', ...anEventStatus(tombstone) });
    expect((await get(HREF)).json()).toMatchObject({
      status: 'TOMBSTONE',
      type: null,
      note: expect.stringMatching(/^It has not been seen yet\. Its void waits for it/),
      voidedBy: { source: '/wms/dc-1', id: 'void-1' },
    });
    await post(event);
    expect((await get(HREF)).json()).toMatchObject({ status: 'TOMBSTONE', note: expect.stringMatching(/^It is in the log/), acceptedAt: expect.any(String) });
  });

  it.each([
    ['that waits for a person', { state: 'QUARANTINED', movements: [] }, /^It waits for a person, and its void has come/],
    ['that came after its void', { state: 'VOIDED', movements: [] }, /^Its void had come before it/],
    ['that cannot be taken back', { state: 'APPLIED', name: 'order.placed' as const }, /^A void had come before it, and it is nothing that can be taken back/],
  ])('says in words what a void means to an event %s', async (_case, status, words) => {
    ingest.store.events.push({ source: '/wms/dc-1', id: 'ship-981', ...anEventStatus({ ...status, voidedBy: VOID }) });
    expect((await get(HREF)).json()).toMatchObject({ status: status.state, note: expect.stringMatching(words), voidedBy: { id: 'void-1' } });
  });

  it('says by what an event was taken back, with the rows of both', async () => {
    const of = { source: '/wms/dc-1', id: 'ship-981' };
    const row = { ...anEventStatus().movements[0], kind: 'VOID', delta: 3 } as EventMovement;
    ingest.store.events.push({ ...of, ...anEventStatus({ state: 'VOIDED', voidedBy: VOID, revisions: [{ ...row, by: VOID }] }) });
    ingest.store.events.push({ ...VOID, ...anEventStatus({ name: 'event.voided', voids: of, movements: [{ ...row, by: VOID }] }) });
    expect((await get(HREF)).json()).toMatchObject({
      status: 'VOIDED',
      voidedBy: { id: 'void-1' },
      voids: null,
      ledger: [{ delta: -3, at: null, by: null }],
      revisions: [{ kind: 'VOID', delta: 3, at: null, by: { source: '/wms/dc-1', id: 'void-1' } }],
    });
    expect((await get('/v1/events/%2Fwms%2Fdc-1/void-1')).json()).toMatchObject({
      status: 'APPLIED',
      note: null,
      voids: of,
      ledger: [{ delta: 3, at: of, by: null }],
    });
  });

  it('does not name events of sources that a key may not see', async () => {
    const elsewhere = { source: '/audit', id: 'v', recordedAt: 0 };
    ingest.store.events.push({ source: '/wms/dc-1', id: 'ship-981', ...anEventStatus({ state: 'VOIDED', voidedBy: elsewhere }) });
    expect((await get(HREF, KEYS.scoped)).json()).toMatchObject({ status: 'VOIDED', voidedBy: null });
    expect((await get(HREF)).json()).toMatchObject({ voidedBy: { source: '/audit', id: 'v' } });
  });

  it('shows what was decided about a command apart from what changed', async () => {
    const cause = { source: '/wms/dc-1', id: 'ship-981', name: 'reservation.requested' as const, occurredAt: 0, receivedAt: 0 };
    const decided = { verdict: 'REJECTED' as const, detail: '2 of 10002 are missing', current: [], shortBy: [{ line: 1, sku: '10002', quantity: 2 }] };
    const changes = [{ kind: 'decision' as const, location: 'DC-1', ...decided, cause }];
    ingest.store.events.push({ source: '/wms/dc-1', id: 'ship-981', ...anEventStatus({ name: 'reservation.requested', movements: [], changes }) });
    expect((await get(HREF)).json()).toMatchObject({ status: 'APPLIED', type: 'quayside.reservation.requested.v1', decision: decided, changes: [] });
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
