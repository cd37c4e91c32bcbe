import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DOOR_EVENT_NAMES, type DoorEventName } from '@quayside/contracts';
import { EXAMPLE_EVENTS, EXAMPLE_ORDER } from '@quayside/standards';
import { Crew } from '../harness/crew.js';
import { Ground } from '../harness/ground.js';
import { cloudEvent, Sender, type Reply } from '../harness/sender.js';
import { until } from '../harness/until.js';

type Json = Record<string, unknown>;

/** What the door takes beside plain facts, and what it says became of it, against the running services. */
describe('the door and what is decided behind it:', () => {
  let ground: Ground;
  let crew: Crew;
  let sender: Sender;

  beforeAll(async () => {
    ground = await Ground.make('decided');
    crew = await Crew.start(ground, ['ingest', 'inventory']);
    sender = new Sender(crew.member('ingest'), ground);
  }, 120_000);
  afterAll(async () => {
    await crew?.close();
    await ground?.close();
  }, 60_000);

  const headers = (): Record<string, string> => ({ authorization: `Bearer ${ground.keys.ingestKey}`, 'content-type': 'application/json' });
  async function read(path: string): Promise<Json> {
    const response = await fetch(`${crew.member('ingest').url}${path}`, { headers: headers(), signal: AbortSignal.timeout(10_000) });
    return (await response.json()) as Json;
  }
  const statusOf = (id: string, source = '/test'): Promise<Json> => read(`/v1/events/${encodeURIComponent(source)}/${encodeURIComponent(id)}`);
  async function settled(id: string, status = 'APPLIED', source = '/test'): Promise<Json> {
    let last: Json = {};
    await until(`${id} is ${status}`, 10_000, async () => {
      last = await statusOf(id, source);
      return last['status'] === status;
    });
    return last;
  }
  async function postOrder(order: object, more: { query?: string; key?: string } = {}): Promise<Reply> {
    const key: Record<string, string> = more.key === undefined ? {} : { 'idempotency-key': more.key };
    const url = `${crew.member('ingest').url}/v1/orders${more.query ?? ''}`;
    const response = await fetch(url, { method: 'POST', body: JSON.stringify(order), headers: { ...headers(), ...key } });
    return { status: response.status, body: (await response.json()) as Json, headers: response.headers };
  }
  async function say(id: string, name: DoorEventName, data: Json, time?: string): Promise<Json> {
    const reply = await sender.post(cloudEvent({ id, type: name, data: { location: 'D-1', ...data }, ...(time === undefined ? {} : { time }) }));
    expect([reply.status, reply.body]).toMatchObject([202, { accepted: 1 }]);
    return settled(id);
  }

  it('every kind of event that the door takes is read behind it', async () => {
    const events = DOOR_EVENT_NAMES.map((name) => {
      const { id, data } = EXAMPLE_EVENTS[name];
      return cloudEvent({ id, source: '/examples', type: name, data: name === 'event.voided' ? { ...data, source: '/examples' } : data });
    });
    expect((await sender.post(events)).body).toMatchObject({ accepted: events.length, rejected: 0 });
    for (const name of DOOR_EVENT_NAMES) await settled(EXAMPLE_EVENTS[name].id, name === 'stock.shipped' ? 'VOIDED' : 'APPLIED', '/examples');
    const { rows } = await ground.postgres.query<Json>('SELECT reason, detail FROM quarantine');
    expect(rows).toEqual([]);
  }, 30_000);

  it('an order as JSON is promised what is there, and the same again is a repeat', async () => {
    await say('o-stock', 'stock.received', { lines: [{ sku: 'O', quantity: 5 }] });
    const order = { ...EXAMPLE_ORDER, source: '/test', location: 'D-1', order: 'SO-1', lines: [{ line: 1, sku: 'O', quantity: 3 }] };
    const tried = await postOrder(order, { query: '?dryRun=true' });
    expect([tried.status, tried.body]).toMatchObject([200, { results: [{ status: 'ACCEPTED', effect: expect.stringMatching(/^Asks for 3 of O/) }] }]);
    expect((await postOrder(order)).body).toMatchObject({ accepted: 1, results: [{ href: '/v1/events/%2Ftest/order%3ASO-1' }] });
    expect(await settled('order:SO-1')).toMatchObject({
      type: 'quayside.order.placed.v1',
      ledger: [],
      decision: { verdict: 'DONE' },
      changes: expect.arrayContaining([
        expect.objectContaining({ kind: 'level', sku: 'O', available: 2 }),
        expect.objectContaining({ kind: 'order', order: 'SO-1', stage: 'RESERVED', reserved: 3 }),
      ]),
    });
    expect((await postOrder(order)).body).toMatchObject({ duplicates: 1 });
    expect((await postOrder({ ...order, priority: 1 })).status).toBe(409);
    expect((await postOrder(order, { key: 'again-1' })).status).toBe(202);
    expect(await settled('again-1')).toMatchObject({ decision: { verdict: 'NO_EFFECT' }, exceptions: [{ kind: 'ALREADY_EXISTS' }] });
  }, 30_000);

  it('a reservation that does not fit is refused with what is missing', async () => {
    expect(await say('r-ask', 'reservation.requested', { reservation: 'R-1', lines: [{ sku: 'R', quantity: 5 }] })).toMatchObject({
      decision: { verdict: 'REJECTED', shortBy: [{ line: 1, sku: 'R', quantity: 5 }] },
      changes: [{ kind: 'reservation', reservation: 'R-1', lines: [{ status: 'REJECTED' }] }],
    });
  }, 30_000);

  it('an adjustment that expects what is not true is STALE, with what is', async () => {
    await say('a-stock', 'stock.received', { lines: [{ sku: 'A', quantity: 4 }] });
    const ask = (expectedOnHand: number): Json => ({ reason: 'found', actor: 'j.doe', lines: [{ sku: 'A', delta: 1, expectedOnHand }] });
    expect(await say('a-stale', 'adjustment.requested', ask(9))).toMatchObject({
      decision: { verdict: 'STALE', current: [{ sku: 'A', onHand: 4 }] },
      ledger: [],
      changes: [],
    });
    expect(await say('a-right', 'adjustment.requested', ask(4))).toMatchObject({ decision: { verdict: 'DONE' }, ledger: [{ delta: 1, onHandAfter: 5 }] });
  }, 30_000);

  it('a late fact revises the count after it, and both show the row', async () => {
    await say('c-open', 'stock.received', { lines: [{ sku: 'C', quantity: 10 }] }, '2026-11-20T08:00:00Z');
    expect(await say('c-count', 'stock.counted', { lines: [{ sku: 'C', counted: 7 }] }, '2026-11-20T12:00:00Z')).toMatchObject({
      ledger: [{ kind: 'COUNT_VARIANCE', delta: -3, onHandAfter: 7, at: null }],
    });
    const late = await say('c-late', 'stock.shipped', { lines: [{ sku: 'C', quantity: 2 }] }, '2026-11-20T10:00:00Z');
    expect(late).toMatchObject({
      ledger: [
        { kind: 'SHIPPED', delta: -2, at: null, late: true },
        { kind: 'VARIANCE_REVISION', delta: 2, onHandAfter: 7, at: { source: '/test', id: 'c-count' }, occurredAt: '2026-11-20T12:00:00.000Z' },
      ],
    });
    expect(await statusOf('c-count')).toMatchObject({ revisions: [{ kind: 'VARIANCE_REVISION', delta: 2, by: { source: '/test', id: 'c-late' } }] });
  }, 30_000);

  it('a void takes back what its target did', async () => {
    await say('v-stock', 'stock.received', { lines: [{ sku: 'V', quantity: 6 }] });
    expect(await say('v-void', 'event.voided', { source: '/test', id: 'v-stock', reason: 'did_not_occur' })).toMatchObject({
      voids: { source: '/test', id: 'v-stock' },
      decision: { verdict: 'DONE' },
      ledger: [{ kind: 'VOID', delta: -6, onHandAfter: 0, at: { source: '/test', id: 'v-stock' } }],
    });
    expect(await statusOf('v-stock')).toMatchObject({
      status: 'VOIDED',
      voidedBy: { source: '/test', id: 'v-void' },
      ledger: [{ delta: 6 }],
      revisions: [{ kind: 'VOID', delta: -6, by: { id: 'v-void' } }],
    });
  }, 30_000);

  it('a void that comes first waits, and its target then has no effect', async () => {
    const target = cloudEvent({ id: 't-late', type: 'stock.received', data: { location: 'D-1', lines: [{ sku: 'T', quantity: 6 }] } });
    expect(await say('t-void', 'event.voided', { source: '/test', id: 't-late', reason: 'incorrect_data' })).toMatchObject({
      decision: { verdict: 'WAITING' },
      ledger: [],
    });
    expect(await statusOf('t-late')).toMatchObject({
      status: 'TOMBSTONE',
      type: null,
      voidedBy: { id: 't-void' },
      note: expect.stringMatching(/^It has not been seen yet/),
    });
    const tried = await fetch(`${crew.member('ingest').url}/v1/events?dryRun=true`, {
      method: 'POST',
      body: JSON.stringify(target),
      headers: { ...headers(), 'content-type': 'application/cloudevents+json' },
    });
    expect(await tried.json()).toMatchObject({ results: [{ status: 'ACCEPTED', lines: [], effect: expect.stringContaining('taken back before it came') }] });
    expect((await sender.post(target)).status).toBe(202);
    expect(await settled('t-late', 'VOIDED')).toMatchObject({ ledger: [], changes: [], note: expect.stringMatching(/^Its void had come before it/) });
  }, 30_000);

  it('a void of what waits for a person lets it have no effect, whatever the person decides', async () => {
    const time = new Date(Date.now() + 5 * 86_400_000).toISOString();
    const target = cloudEvent({ id: 'q-far', type: 'stock.received', time, data: { location: 'D-1', lines: [{ sku: 'Q', quantity: 6 }] } });
    expect((await sender.post(target)).status).toBe(202);
    await settled('q-far', 'QUARANTINED');
    expect(await say('q-void', 'event.voided', { source: '/test', id: 'q-far', reason: 'incorrect_data' })).toMatchObject({ decision: { verdict: 'WAITING' } });
    expect(await statusOf('q-far')).toMatchObject({ status: 'QUARANTINED', voidedBy: { id: 'q-void' }, note: expect.stringMatching(/^It waits for a person/) });
  }, 30_000);
});
