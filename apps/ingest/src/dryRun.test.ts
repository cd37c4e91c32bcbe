import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { emptyLevel } from '@quayside/contracts';
import { contentHash, EXAMPLE_EVENTS } from '@quayside/standards';
import { KEYS, openIngest, type IngestUnderTest } from './testing/openIngest.js';
import { anEventStatus } from './testing/anEventStatus.js';

const event = EXAMPLE_EVENTS['stock.shipped'];
const shipping = (id: string, quantity: number, sku = 'A') => ({ ...event, id, data: { location: 'DC-1', lines: [{ sku, quantity }] } });

let ingest: IngestUnderTest;
beforeEach(async () => {
  ingest = await openIngest();
  ingest.store.levels.push({ ...emptyLevel('DC-1', 'A'), sellable: 10, version: 4, lastEventAt: 1 });
});
afterEach(() => ingest.close());

const post = (body: unknown, query: string) =>
  ingest.app.inject({
    method: 'POST',
    url: `/v1/events?${query}`,
    payload: JSON.stringify(body),
    headers: {
      authorization: `Bearer ${KEYS.full}`,
      'content-type': Array.isArray(body) ? 'application/cloudevents-batch+json' : 'application/cloudevents+json',
    },
  });

describe('POST /v1/events?dryRun=true', () => {
  it('shows lines, levels now and after, and exceptions, and writes nothing', async () => {
    const answer = await post([shipping('a', 4), shipping('b', 7)], 'dryRun=true');
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      dryRun: true,
      status: 'ACCEPTED',
      accepted: 2,
      results: [
        {
          index: 0,
          id: 'a',
          status: 'ACCEPTED',
          type: event.type,
          location: 'DC-1',
          lines: [{ sku: 'A', bucket: 'sellable', delta: -4, onHandAfter: 6 }],
          exceptions: [],
        },
        { index: 1, id: 'b', status: 'ACCEPTED', lines: [{ delta: -7, onHandAfter: -1 }], exceptions: [{ kind: 'NEGATIVE_ON_HAND', sku: 'A' }] },
      ],
      levels: [{ location: 'DC-1', sku: 'A', now: { onHand: 10, version: 4 }, after: { onHand: -1, version: 6 } }],
    });
    expect(ingest.log.entries).toEqual([]);
    const real = await post(shipping('a', 4), '');
    expect(real.json()).toMatchObject({ accepted: 1, duplicates: 0 });
  });

  it('shows both ends of a move', async () => {
    const answer = await post({ ...EXAMPLE_EVENTS['stock.moved'], data: { location: 'DC-1', to: 'DC-2', lines: [{ sku: 'A', quantity: 3 }] } }, 'dryRun=true');
    expect(answer.json()).toMatchObject({
      results: [
        {
          lines: [
            { location: 'DC-1', delta: -3 },
            { location: 'DC-2', delta: 3 },
          ],
        },
      ],
      levels: [
        { location: 'DC-1', now: { onHand: 10 }, after: { onHand: 7 } },
        { location: 'DC-2', now: { onHand: 0, version: 0 }, after: { onHand: 3, version: 1 } },
      ],
    });
  });

  it('tells what is known already, what would be set aside and what is refused', async () => {
    ingest.store.events.push({ source: '/wms/dc-1', id: 'known', ...anEventStatus({ hash: contentHash(shipping('known', 1)) }) });
    const ahead = { ...shipping('ahead', 1), time: '2199-01-01T00:00:00Z' };
    const answer = await post([shipping('known', 1), shipping('known', 2), ahead, shipping('zero', 0), shipping('ok', 1)], 'dryRun=true');
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      status: 'PARTIALLY_ACCEPTED',
      results: [
        { status: 'DUPLICATE' },
        { status: 'REJECTED', problem: { type: '/problems/id-conflict' } },
        { status: 'QUARANTINED', reason: 'CLOCK_SKEW' },
        { status: 'REJECTED', problem: { type: '/problems/must-be-positive' } },
        { status: 'ACCEPTED', lines: [{ onHandAfter: 9 }] },
      ],
    });
  });

  it('answers one bad event as it would be answered', async () => {
    expect((await post(shipping('a', 0), 'dryRun=true')).statusCode).toBe(422);
  });

  it.each(['AWAY', 'SILENT'] as const)('says 503 within 2.5 s while Postgres is %s', async (fault) => {
    ingest.store.fault = fault;
    const before = Date.now();
    const answer = await post(shipping('a', 1), 'dryRun=true');
    expect([answer.statusCode, answer.headers['retry-after'], answer.json().type]).toEqual([503, '1', '/problems/store-unavailable']);
    expect(Date.now() - before).toBeLessThan(2_500);
    expect((await post(shipping('a', 1), '')).statusCode).toBe(202);
  });

  it('does not call a fault of ours an outage', async () => {
    ingest.store.fault = 'BUG';
    expect((await post(shipping('a', 1), 'dryRun=true')).json()).toMatchObject({ type: '/problems/internal' });
  });
});

describe('POST /v1/events?atomic=true', () => {
  it('takes a batch whole', async () => {
    expect((await post([shipping('a', 1), shipping('b', 1)], 'atomic=true')).statusCode).toBe(202);
    expect(ingest.log.entries).toHaveLength(2);
  });

  it('takes nothing where one event is refused, and says which', async () => {
    const answer = await post([shipping('a', 1), shipping('b', 0), shipping('a', 2)], 'atomic=true');
    expect(answer.statusCode).toBe(422);
    expect(answer.json()).toMatchObject({
      type: '/problems/rejected-with-batch',
      detail: expect.stringContaining('2 of 3'),
      results: [
        { status: 'REJECTED', problem: { type: '/problems/rejected-with-batch' } },
        { status: 'REJECTED', problem: { type: '/problems/must-be-positive' } },
        { status: 'REJECTED', problem: { type: '/problems/id-conflict' } },
      ],
    });
    expect(ingest.log.entries).toEqual([]);
    expect((await post(shipping('a', 2), '')).json()).toMatchObject({ accepted: 1 });
  });

  it('is the same with dryRun, which writes nothing either way', async () => {
    expect((await post([shipping('a', 1), shipping('b', 0)], 'atomic=true&dryRun=true')).json()).toMatchObject({ type: '/problems/rejected-with-batch' });
    expect((await post([shipping('a', 1)], 'atomic=true&dryRun=true')).statusCode).toBe(200);
    expect(ingest.log.entries).toEqual([]);
  });

  it('takes repeats, which are no refusal', async () => {
    await post(shipping('a', 1), '');
    expect((await post([shipping('a', 1), shipping('b', 1)], 'atomic=true')).json()).toMatchObject({ accepted: 1, duplicates: 1 });
  });
});

it.each(['dryrun=true', 'dryRun=1', 'dryRun=yes', 'atomic=true&x=1'])('refuses the query %s instead of writing', async (query) => {
  const answer = await post(shipping('a', 1), query);
  expect(answer.json()).toMatchObject({ type: '/problems/bad-parameter', status: 400 });
  expect(ingest.log.entries).toEqual([]);
});
