import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { emptyLevel, partitionOf, type DoorEventName } from '@quayside/contracts';
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

  it('tries out a change of buckets and an adjustment that asks first', async () => {
    const changed = {
      ...EXAMPLE_EVENTS['stock.dispositionChanged'],
      data: { location: 'DC-1', from: 'sellable', to: 'hold', reason: 'recalled', lines: [{ sku: 'A', quantity: 4 }] },
    };
    const asking = (id: string, expectedOnHand: number) => ({
      ...EXAMPLE_EVENTS['adjustment.requested'],
      id,
      data: { location: 'DC-1', reason: 'found', actor: 'j.doe', lines: [{ sku: 'A', delta: 2, expectedOnHand }] },
    });
    expect((await post([changed, asking('right', 10), asking('stale', 10)], 'dryRun=true')).json()).toMatchObject({
      results: [
        {
          lines: [
            { bucket: 'sellable', delta: -4, onHandAfter: 6 },
            { bucket: 'hold', delta: 4, onHandAfter: 10, availableAfter: 6 },
          ],
        },
        { lines: [{ kind: 'ADJUSTED', delta: 2, onHandAfter: 12 }] },
        { status: 'ACCEPTED', lines: [], effect: expect.stringMatching(/STALE.* A at DC-1 has 12 on hand, and 10 are expected/) },
      ],
      levels: [{ now: { onHand: 10, hold: 0, version: 4 }, after: { onHand: 12, sellable: 8, hold: 4, version: 6 } }],
    });
  });

  it.each<[DoorEventName, RegExp]>([
    ['order.placed', /^Asks for 3 of 10002 \(line 1\) for order SO-1001; what is there is reserved, the rest refused\.$/],
    ['order.amended', /^Changes order SO-1001: ordered is now 2 of 10002 \(line 1\)\.$/],
    ['order.cancelled', /^Cancels line 1 of order SO-1001 /],
    ['order.held', /^Holds order SO-1001: address to be checked\.$/],
    ['order.holdReleased', /^Lets order SO-1001 go on\.$/],
    ['reservation.requested', /^Asks to hold 2 of 10002 \(line 1\) as BASKET-9 until 2026-11-22T13:34:05\.000Z; all of it or nothing\.$/],
    ['reservation.released', /^Gives back all of reservation BASKET-9\.$/],
    ['reservation.extended', /^Holds reservation BASKET-9 until 2026-11-22T14:04:05\.000Z/],
    ['stock.counted', /^Books, as of 2026-11-22T13:04:05\.000Z, the difference .* on 1 line /],
    ['event.voided', /^Takes back what \/wms\/dc-1 ship-981 did at DC-1/],
  ])('says of %s in words what it asks for', async (name, words) => {
    const [result] = (await post(EXAMPLE_EVENTS[name], 'dryRun=true')).json().results as { status: string; lines: unknown[]; effect: string }[];
    expect(result).toMatchObject({ status: 'ACCEPTED', lines: [], effect: expect.stringMatching(words) });
  });

  describe('never makes up a number that is decided in the log only', () => {
    const line = { lines: [{ sku: 'A', quantity: 2 }] };
    const place = { ...EXAMPLE_EVENTS['order.placed'], id: 'o', data: { location: 'DC-1', order: 'O', ...line } };
    const receive = { ...EXAMPLE_EVENTS['stock.received'], id: 'r', data: { location: 'DC-1', ...line } };
    const count = { ...EXAMPLE_EVENTS['stock.counted'], id: 'c', data: { location: 'DC-1', lines: [{ sku: 'A', counted: 3 }] } };
    const takeBack = { ...EXAMPLE_EVENTS['event.voided'], id: 'v' };
    const onlyReserved = { onHand: 12, sellable: 12, available: null, reserved: null, version: null };
    const nothing = { onHand: null, sellable: null, available: null, reserved: null, version: null };

    it.each<[string, object[], object, object]>([
      ['an order before goods', [place, receive], { onHandAfter: 12, availableAfter: null }, onlyReserved],
      ['a count before goods', [count, receive], { onHandAfter: null, availableAfter: null }, nothing],
      ['a void before goods', [takeBack, receive], { onHandAfter: null, availableAfter: null }, nothing],
      ['a cancel before goods', [EXAMPLE_EVENTS['order.cancelled'], receive], { onHandAfter: 12, availableAfter: null }, onlyReserved],
      [
        'goods that leave for an order',
        [{ ...event, data: { location: 'DC-1', order: 'O', ...line } }],
        { onHandAfter: 8, availableAfter: null },
        { onHand: 8, available: null },
      ],
    ])('%s', async (_case, events, lastLine, after) => {
      const { results, levels } = (await post(events, 'dryRun=true')).json() as { results: { lines: object[] }[]; levels: object[] };
      expect(results.at(-1)).toMatchObject({ lines: [lastLine] });
      expect(levels).toMatchObject([{ sku: 'A', now: { onHand: 10, available: 10, version: 4 }, after }]);
    });

    it('goods that come while somebody waits, and goods of a time before a count', async () => {
      ingest.store.levels.push(
        { ...emptyLevel('DC-1', 'W'), backordered: 5, version: 1 },
        { ...emptyLevel('DC-1', 'C'), lastCountAt: Date.parse('2027-01-01') },
      );
      const goods = (sku: string) => ({ ...receive, id: sku, data: { location: 'DC-1', lines: [{ sku, quantity: 7 }] } });
      expect((await post([goods('W'), goods('C')], 'dryRun=true')).json()).toMatchObject({
        results: [{ lines: [{ onHandAfter: 7, availableAfter: null }] }, { lines: [{ onHandAfter: null, availableAfter: null }] }],
      });
    });

    it('an adjustment after a count, which may make it stale', async () => {
      const ask = {
        ...EXAMPLE_EVENTS['adjustment.requested'],
        data: { location: 'DC-1', reason: 'found', actor: 'a', lines: [{ sku: 'A', delta: 1, expectedOnHand: 10 }] },
      };
      expect((await post([count, ask], 'dryRun=true')).json()).toMatchObject({
        results: [{}, { lines: [], effect: expect.stringMatching(/^Adjusts 1 line whole, if/) }],
      });
    });
  });

  it('uses nothing of an event that would be set aside for its numbers', async () => {
    ingest.store.levels.push({ ...emptyLevel('DC-1', 'B'), sellable: Number.MAX_SAFE_INTEGER });
    const both = {
      ...EXAMPLE_EVENTS['stock.received'],
      data: {
        location: 'DC-1',
        lines: [
          { sku: 'A', quantity: 1 },
          { sku: 'B', quantity: 1 },
        ],
      },
    };
    expect((await post([both, shipping('s', 1)], 'dryRun=true')).json()).toMatchObject({
      results: [{ status: 'QUARANTINED', reason: 'OVERFLOW' }, { lines: [{ onHandAfter: 9 }] }],
      levels: [{ sku: 'A', after: { onHand: 9, version: 5 } }],
    });
  });

  it('says that an event was taken back before it came, and that this is no conflict', async () => {
    const partition = partitionOf('DC-1');
    ingest.store.events.push({ source: '/wms/dc-1', id: 'a', ...anEventStatus({ partition, hash: '', state: 'TOMBSTONE' }) });
    const { results } = (await post([shipping('a', 1), { ...shipping('b', 1), id: 'b' }], 'dryRun=true')).json() as { results: object[] };
    expect(results).toMatchObject([
      { status: 'ACCEPTED', lines: [], effect: expect.stringContaining('taken back before it came') },
      { status: 'ACCEPTED', lines: [{ delta: -1, onHandAfter: 9 }] },
    ]);
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
