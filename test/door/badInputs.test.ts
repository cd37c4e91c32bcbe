import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Crew } from '../harness/crew.js';
import { Ground } from '../harness/ground.js';
import { cloudEvent, Sender, type Reply } from '../harness/sender.js';
import { until } from '../harness/until.js';

const STRUCTURED = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';
const BODY_BYTES_MAX = 4 * 1024 * 1024;
const DAY_MS = 24 * 3600 * 1000;

const event = (id: string, more: Record<string, unknown> = {}, data: Record<string, unknown> = {}): Record<string, unknown> => ({
  ...cloudEvent({ id, type: 'stock.received', data: { location: 'BAD', lines: [{ sku: 'B', quantity: 3 }], ...data } }),
  ...more,
});
const bad = JSON.stringify(event('bad'));
const LINE = { sku: 'B', quantity: 3 };
const COUNTED = { sku: 'B', counted: 3 };
const of = (type: string, data: Record<string, unknown>): string => JSON.stringify(cloudEvent({ id: 'bad', type, data: { location: 'BAD', ...data } }));
const quantity = (text: string): string => bad.replace('"quantity":3', `"quantity":${text}`);
const adjusted = (id: string, delta: number): Record<string, unknown> =>
  cloudEvent({ id, type: 'stock.adjusted', data: { location: 'GOOD', reason: 'correction', lines: [{ sku: 'D', delta }] } });
const padded = (bytes: number): string => bad + ' '.repeat(bytes - bad.length);
const without = (...keys: string[]): string => JSON.stringify(Object.fromEntries(Object.entries(event('bad')).filter(([key]) => !keys.includes(key))));

/** The table of reliability.md, "Bad inputs", against the running services. What is refused uses the location BAD, so that it would show in Postgres. */
describe('the door, in front of a real log,', () => {
  let ground: Ground;
  let crew: Crew;
  let sender: Sender;
  let goodOnes = 0;
  const SCOPED = 'qs_door_scoped';

  beforeAll(async () => {
    ground = await Ground.make('door');
    allowScopedKey(ground);
    crew = await Crew.start(ground, ['ingest', 'inventory']);
    sender = new Sender(crew.member('ingest'), ground);
  }, 120_000);
  afterAll(async () => {
    await crew?.close();
    await ground?.close();
  }, 60_000);

  const url = (): string => `${crew.member('ingest').url}/v1/events`;
  async function send(body: string | Buffer | undefined, headers: Record<string, string> = {}, method = 'POST', path = '/v1/events'): Promise<Reply> {
    const given = { authorization: `Bearer ${ground.keys.ingestKey}`, 'content-type': STRUCTURED, ...headers };
    const kept = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''));
    const to = `${crew.member('ingest').url}${path}`;
    const response = await fetch(to, { method, headers: kept, signal: AbortSignal.timeout(10_000), ...(body === undefined ? {} : { body }) });
    return { status: response.status, body: (await response.json()) as Record<string, unknown>, headers: response.headers };
  }
  const sendOrder = (order: object | string, headers: Record<string, string> = {}): Promise<Reply> =>
    send(typeof order === 'string' ? order : JSON.stringify(order), { 'content-type': 'application/json', ...headers }, 'POST', '/v1/orders');
  const statusOf = async (id: string): Promise<Record<string, unknown>> => {
    const response = await fetch(`${url()}/${encodeURIComponent('/test')}/${encodeURIComponent(id)}`, {
      headers: { authorization: `Bearer ${ground.keys.ingestKey}` },
    });
    return (await response.json()) as Record<string, unknown>;
  };
  const applied = (id: string, status = 'APPLIED'): Promise<void> => until(`${id} is ${status}`, 10_000, async () => (await statusOf(id))['status'] === status);
  const countOf = async (sql: string): Promise<number> =>
    Number((await ground.postgres.query<{ count: string }>(`SELECT count(*) FROM ${sql}`)).rows[0]?.count);
  async function expectNextIsGood(): Promise<void> {
    const next = await sender.post(event(`good-${++goodOnes}`, {}, { location: 'GOOD', lines: [{ sku: 'G', quantity: 1 }] }));
    expect([next.status, next.body['accepted']]).toEqual([202, 1]);
  }

  const rows: [string, () => Promise<Reply>, number, string][] = [
    ['1 an empty body', () => send(''), 400, 'empty-body'],
    ['2 a cut body', () => send('{"specversion":"1.0"'), 400, 'malformed-json'],
    ['3 text/plain', () => send(bad, { 'content-type': 'text/plain' }), 415, 'unsupported-media-type'],
    ['4 no id', () => send(without('id')), 422, 'required'],
    ['5 an empty id', () => send(JSON.stringify(event(''))), 422, 'empty'],
    ['6 an id that is a number', () => send(JSON.stringify(event('bad', { id: 42 }))), 422, 'wrong-type'],
    ['7 an id of 257 characters', () => send(JSON.stringify(event('x'.repeat(257)))), 422, 'too-long'],
    ['8 no source', () => send(without('source')), 422, 'required'],
    ['8 a source with blanks', () => send(JSON.stringify(event('bad', { source: 'not a uri' }))), 422, 'not-a-uri'],
    ['9 specversion 0.3', () => send(JSON.stringify(event('bad', { specversion: '0.3' }))), 422, 'unsupported-specversion'],
    ['10 an unknown type', () => send(JSON.stringify(event('bad', { type: 'quayside.stock.teleported.v1' }))), 422, 'unknown-type'],
    ['11 a quantity in quotes', () => send(quantity('"5"')), 422, 'wrong-type'],
    ['12 a quantity of 1.5', () => send(quantity('1.5')), 422, 'not-whole'],
    ['13 a quantity beyond a double', () => send(quantity('9007199254740993')), 422, 'number-out-of-range'],
    ['14 a quantity of 0', () => send(quantity('0')), 422, 'must-be-positive'],
    ['14 a quantity of -0', () => send(quantity('-0')), 422, 'must-be-positive'],
    ['14 a quantity of -5', () => send(quantity('-5')), 422, 'must-be-positive'],
    ['14 a delta of 0', () => send(JSON.stringify(adjusted('bad', 0))), 422, 'must-not-be-zero'],
    ['14 no lines', () => send(JSON.stringify(event('bad', {}, { lines: [] }))), 422, 'no-lines'],
    ['16 NUL in a sku', () => send(bad.replace('"B"', '"\\u0000"')), 422, 'control-character'],
    ['17 a lone surrogate in a sku', () => send(bad.replace('"B"', '"\\ud800"')), 422, 'not-well-formed'],
    ['18 __proto__', () => send(`{"__proto__":{"admin":true},${bad.slice(1)}`), 400, 'forbidden-key'],
    ['19 a key twice', () => send(quantity('3,"quantity":4')), 400, 'duplicate-key'],
    ['20 30 February', () => send(JSON.stringify(event('bad', { time: '2025-02-30T10:00:00Z' }))), 422, 'no-such-date'],
    ['21 no zone', () => send(JSON.stringify(event('bad', { time: '2025-01-01 10:00' }))), 422, 'time-without-zone'],
    ['24 one byte over the limit, plain', () => send(padded(BODY_BYTES_MAX + 1)), 413, 'body-too-large'],
    ['24 one byte over the limit, gzip', () => send(gzipSync(padded(BODY_BYTES_MAX + 1)), { 'content-encoding': 'gzip' }), 413, 'body-too-large'],
    ['25 1,001 events', () => send(`[${Array(1_001).fill(bad).join(',')}]`, { 'content-type': BATCH }), 413, 'batch-too-large'],
    ['27 an empty batch', () => send('[]', { 'content-type': BATCH }), 400, 'empty-batch'],
    ['30 33 levels', () => send(bad.replace('"sku":"B"', `"sku":${'['.repeat(33)}${']'.repeat(33)}`)), 400, 'too-deep'],
    ['31 no key', () => send(bad, { authorization: '' }), 401, 'unauthenticated'],
    ['31 a wrong key', () => send(bad, { authorization: 'Bearer qs_wrong' }), 401, 'unauthenticated'],
    ['32 a location of others', () => send(bad, { authorization: `Bearer ${SCOPED}` }), 403, 'location-not-allowed'],
    ['32 a source of others', () => send(JSON.stringify(event('bad', { source: '/other' })), { authorization: `Bearer ${SCOPED}` }), 403, 'source-not-allowed'],
    [
      '33 a GTIN with a wrong check digit',
      () => send(JSON.stringify(event('bad', {}, { lines: [{ gtin: '4006381333932', quantity: 1 }] }))),
      422,
      'not-supported',
    ],
    ['36 PUT on the path', () => send(bad, {}, 'PUT'), 405, 'method-not-allowed'],
    ['a key counted twice', () => send(of('stock.counted', { lines: [COUNTED, { ...COUNTED, counted: 2 }] })), 422, 'counted-twice'],
    ['a count of -1', () => send(of('stock.counted', { lines: [{ ...COUNTED, counted: -1 }] })), 422, 'must-not-be-negative'],
    ['a change into the same bucket', () => send(of('stock.dispositionChanged', { from: 'hold', to: 'hold', reason: 'r', lines: [LINE] })), 422, 'same-bucket'],
    [
      'an adjustment that expects nothing',
      () => send(of('adjustment.requested', { reason: 'found', actor: 'a', lines: [{ sku: 'B', delta: 1 }] })),
      422,
      'required',
    ],
    ['an order without a number', () => send(of('order.placed', { lines: [LINE] })), 422, 'required'],
    ['a line number twice', () => send(of('order.placed', { order: 'O', lines: [{ ...LINE, line: 2 }, LINE] })), 422, 'line-twice'],
    ['another policy', () => send(of('order.placed', { order: 'O', policy: 'MAYBE', lines: [LINE] })), 422, 'unknown-value'],
    ['an amendment of nothing', () => send(of('order.amended', { order: 'O' })), 422, 'nothing-to-do'],
    ['a line cancelled twice', () => send(of('order.cancelled', { order: 'O', lines: [1, 1] })), 422, 'line-twice'],
    ['a hold without a reason', () => send(of('order.held', { order: 'O' })), 422, 'required'],
    ['a reservation without a reference', () => send(of('reservation.requested', { lines: [LINE] })), 422, 'required'],
    ['an extension to no time', () => send(of('reservation.extended', { reservation: 'R', expiresAt: 'later' })), 422, 'not-a-time'],
    ['a void of itself', () => send(of('event.voided', { source: '/test', id: 'bad', reason: 'incorrect_data' })), 422, 'voids-itself'],
    ['a void of one end of a move', () => send(of('event.voided', { source: 'quayside:hop', id: 'h', reason: 'did_not_occur' })), 422, 'voids-a-hop'],
    [
      'a void of what others sent',
      () => send(of('event.voided', { location: 'GOOD', source: '/other', id: 'x', reason: 'did_not_occur' }), { authorization: `Bearer ${SCOPED}` }),
      403,
      'source-not-allowed',
    ],
    ['an event as an order', () => sendOrder(event('bad')), 422, 'required'],
    ['an order without lines', () => sendOrder({ order: 'O', source: '/test', location: 'BAD', lines: [] }), 422, 'no-lines'],
    ['an order of another type', () => sendOrder({}, { 'content-type': STRUCTURED }), 415, 'unsupported-media-type'],
    ['an empty order', () => sendOrder(''), 400, 'empty-body'],
    [
      'an order for a location of others',
      () => sendOrder({ order: 'O', source: '/test', location: 'BAD', lines: [LINE] }, { authorization: `Bearer ${SCOPED}` }),
      403,
      'location-not-allowed',
    ],
    ['a query that is misspelt', () => tryOut(event('bad'), 'dryrun=true'), 400, 'bad-parameter'],
  ];
  async function tryOut(what: object, query: string): Promise<Reply> {
    const headers = { authorization: `Bearer ${ground.keys.ingestKey}`, 'content-type': STRUCTURED };
    const response = await fetch(`${url()}?${query}`, { method: 'POST', body: JSON.stringify(what), headers });
    return { status: response.status, body: (await response.json()) as Record<string, unknown>, headers: response.headers };
  }

  it.each(rows)(
    'refuses %s with its problem, and takes the next good event',
    async (_row, refused, status, code) => {
      const { status: answered, body, headers } = await refused();
      expect([answered, body['type'], body['status']]).toEqual([status, `/problems/${code}`, status]);
      expect(body).toMatchObject({ title: expect.any(String), detail: expect.any(String), fix: expect.any(String), requestId: expect.any(String) });
      expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
      if (status === 401) expect(headers.get('www-authenticate')).toBe('Bearer realm="quayside"');
      if (status === 405) expect(headers.get('allow')).toBe('GET, HEAD, POST');
      expect(JSON.stringify(body)).not.toMatch(/\bat .*\.js:\d/);
      await expectNextIsGood();
    },
    15_000,
  );

  it('14, 15: takes a delta of -5, and 1e3 as 1000', async () => {
    expect((await sender.post(adjusted('r14', -5))).status).toBe(202);
    expect((await send(quantity('1e3').replace('"bad"', '"r15"').replace('"BAD"', '"GOOD"').replace('"B"', '"E"'))).status).toBe(202);
    await applied('r14');
    await applied('r15');
    expect(await statusOf('r15')).toMatchObject({ ledger: [{ sku: 'E', delta: 1_000, onHandAfter: 1_000 }] });
    expect(await statusOf('r14')).toMatchObject({ ledger: [{ sku: 'D', delta: -5 }], exceptions: [{ kind: 'NEGATIVE_ON_HAND' }] });
  });

  it('22: applies an event that is dated 10 min ahead as of its arrival, with CLOCK_SKEW, and sets one aside that is 2 days ahead', async () => {
    const at = (ms: number): string => new Date(Date.now() + ms).toISOString();
    expect((await sender.post(event('r22-near', { time: at(600_000) }, { location: 'GOOD', lines: [{ sku: 'S', quantity: 1 }] }))).status).toBe(202);
    expect((await sender.post(event('r22-far', { time: at(2 * DAY_MS) }, { location: 'GOOD', lines: [{ sku: 'S', quantity: 1 }] }))).status).toBe(202);
    await applied('r22-near');
    await applied('r22-far', 'QUARANTINED');
    expect(await statusOf('r22-near')).toMatchObject({ exceptions: [{ kind: 'CLOCK_SKEW' }] });
    expect(await statusOf('r22-far')).toMatchObject({ ledger: [], quarantined: [{ reason: 'CLOCK_SKEW', state: 'WAITING' }] });
    expect(await countOf("ledger WHERE sku = 'S'")).toBe(1);
  });

  it('23: applies an event of two years ago at its own time, as late', async () => {
    const line = { location: 'GOOD', lines: [{ sku: 'L', quantity: 1 }] };
    const time = new Date(Date.now() - 730 * DAY_MS).toISOString();
    expect((await sender.post(event('r23-new', {}, line))).status).toBe(202);
    expect((await sender.post(event('r23-old', { time }, line))).status).toBe(202);
    await applied('r23-old');
    expect(await statusOf('r23-old')).toMatchObject({ occurredAt: time, ledger: [{ late: true, onHandAfter: 2 }] });
    expect(await statusOf('r23-new')).toMatchObject({ ledger: [{ late: false }] });
  });

  it('26: takes the others of a batch with a bad event', async () => {
    const line = { location: 'GOOD', lines: [{ sku: 'M', quantity: 1 }] };
    const events = ['a', 'b', 'c', 'd', 'e'].map((name) => event(`r26-${name}`, {}, name === 'd' ? { ...line, lines: [] } : line));
    const { status, body } = await sender.post(events);
    expect([status, body['accepted'], body['rejected']]).toEqual([207, 4, 1]);
    expect(body['results']).toMatchObject({ 3: { index: 3, id: 'r26-d', status: 'REJECTED', problem: { type: '/problems/no-lines' } } });
    await applied('r26-e');
    expect(await countOf("ledger WHERE sku = 'M'")).toBe(4);
    expect(await countOf("event_key WHERE id = 'r26-d'")).toBe(0);
  });

  it('28: takes the same event twice, with one effect', async () => {
    const same = event('r28', {}, { location: 'GOOD', lines: [{ sku: 'R', quantity: 2 }] });
    const replies = [await sender.post(same), await sender.post(same)];
    expect(replies.map(({ status, body }) => [status, body['duplicates']])).toEqual([
      [202, 0],
      [202, 1],
    ]);
    await until('the repeat is counted', 10_000, async () => (await statusOf('r28'))['repeats'] === 1);
    expect(await countOf("ledger WHERE sku = 'R'")).toBe(1);
  });

  it('29: refuses other content under a known id, and a door that does not know it any more lets inventory set it aside', async () => {
    const line = (pieces: number) => ({ location: 'GOOD', lines: [{ sku: 'C', quantity: pieces }] });
    expect((await sender.post(event('r29', {}, line(2)))).status).toBe(202);
    expect((await sender.post(event('r29', {}, line(5)))).status).toBe(409);
    await applied('r29');
    expect(await countOf("quarantine WHERE id = 'r29'")).toBe(0);
    await crew.member('ingest').end('SIGTERM');
    await crew.member('ingest').start();
    expect((await tryOut(event('r29', {}, line(5)), 'dryRun=true')).status).toBe(409);
    expect((await sender.post(event('r29', {}, line(5)))).status).toBe(202);
    await until('the conflict is set aside', 10_000, async () => (await countOf("quarantine WHERE id = 'r29' AND reason = 'ID_CONFLICT'")) === 1);
    expect(await statusOf('r29')).toMatchObject({ status: 'APPLIED', ledger: [{ delta: 2 }], quarantined: [{ reason: 'ID_CONFLICT' }] });
    expect(await countOf("ledger WHERE sku = 'C'")).toBe(1);
  }, 30_000);
  it('moves goods by a hop and shows both ends, and tries out a move before it is made', async () => {
    const move = cloudEvent({ id: 'move-1', type: 'stock.moved', data: { location: 'GOOD', to: 'GOOD-2', lines: [{ sku: 'V', quantity: 4 }] } });
    await sender.post(event('move-0', {}, { location: 'GOOD', lines: [{ sku: 'V', quantity: 9 }] }));
    await applied('move-0');
    const tried = await fetch(`${url()}?dryRun=true`, {
      method: 'POST',
      body: JSON.stringify(move),
      headers: { authorization: `Bearer ${ground.keys.ingestKey}`, 'content-type': STRUCTURED },
    });
    expect([tried.status, await tried.json()]).toMatchObject([
      200,
      {
        results: [
          {
            status: 'ACCEPTED',
            lines: [
              { location: 'GOOD', delta: -4, onHandAfter: 5 },
              { location: 'GOOD-2', delta: 4, onHandAfter: 4 },
            ],
          },
        ],
        levels: [
          { now: { onHand: 9 }, after: { onHand: 5 } },
          { now: { onHand: 0 }, after: { onHand: 4 } },
        ],
      },
    ]);
    expect((await statusOf('move-1'))['type']).toBe('/problems/unknown-event');
    expect((await sender.post(move)).status).toBe(202);
    await until('the other end has it', 10_000, async () => {
      const { hops } = (await statusOf('move-1')) as { hops?: { status: string }[] };
      return hops?.[0]?.status === 'APPLIED';
    });
    expect(await statusOf('move-1')).toMatchObject({
      ledger: [{ location: 'GOOD', delta: -4 }],
      hops: [{ location: 'GOOD-2', ledger: [{ delta: 4, onHandAfter: 4 }] }],
    });
  }, 20_000);

  it('35: refuses what is over the key’s rate, and takes it when the time has passed', async () => {
    const nothing = `[${Array(1_000).fill('{}').join(',')}]`;
    let limited: Reply | null = null;
    for (let round = 0; round < 10 && limited === null; round++) {
      const replies = await Promise.all(Array.from({ length: 30 }, () => send(nothing, { 'content-type': BATCH })));
      limited = replies.find(({ status }) => status === 429) ?? null;
    }
    expect(limited?.body['type']).toBe('/problems/rate-exceeded');
    expect(limited?.headers.get('ratelimit-policy')).toBe('"events";q=20000;w=1');
    await new Promise((resolve) => setTimeout(resolve, 1_000 * Number(limited?.headers.get('retry-after'))));
    await expectNextIsGood();
  }, 30_000);

  it('34: says 503 with Retry-After within 2 s while Kafka is down', async () => {
    const broker = ground.stack.parts.kafka;
    if (broker === undefined) return;
    const last = event('r34', {}, { location: 'GOOD', lines: [{ sku: 'K', quantity: 1 }] });
    await broker.kill();
    const startedAt = Date.now();
    const away = await sender.post(last);
    expect([away.status, away.body['type'], away.headers.get('retry-after')]).toEqual([503, '/problems/log-unavailable', '1']);
    expect(Date.now() - startedAt).toBeLessThan(2_000);
    await broker.start();
    await sender.postUntilAccepted([last]);
    await until('it is applied once the broker is back', 30_000, async () => (await statusOf('r34'))['status'] === 'APPLIED');
    expect(await countOf("ledger WHERE sku = 'K'")).toBe(1);
    await expectNextIsGood();
  }, 90_000);

  it('takes events while Postgres is down, and says 503 to who asks what became of them', async () => {
    const postgres = ground.stack.parts.postgres;
    if (postgres === undefined) return;
    const last = event('p-1', {}, { location: 'GOOD', lines: [{ sku: 'P', quantity: 1 }] });
    await postgres.kill();
    expect((await sender.post(last)).status).toBe(202);
    expect(await statusOf('p-1')).toMatchObject({ type: '/problems/store-unavailable', status: 503 });
    await postgres.start();
    await until('it is applied once Postgres is back', 30_000, async () => (await statusOf('p-1'))['status'] === 'APPLIED');
  }, 60_000);

  it('has let nothing of what it refused into the log', async () => {
    const last = event('last', {}, { location: 'BAD', lines: [{ sku: 'B', quantity: 1 }] });
    expect((await sender.post(last)).status).toBe(202);
    await until('all good ones are applied', 20_000, async () => (await countOf("ledger WHERE sku = 'G'")) === goodOnes);
    await applied('last');
    // Behind everything that could have been there before it, in the partition of BAD.
    expect(await countOf("ledger WHERE location = 'BAD'")).toBe(1);
    expect(await countOf("event_key WHERE id = 'bad' OR id = '' OR length(id) > 256")).toBe(0);
    expect(await countOf("quarantine WHERE reason NOT IN ('CLOCK_SKEW', 'ID_CONFLICT')")).toBe(0);
  }, 30_000);

  function allowScopedKey({ keys }: Ground): void {
    const all = JSON.parse(readFileSync(keys.apiKeysFile, 'utf8')) as object[];
    const sha256 = createHash('sha256').update(SCOPED).digest('hex');
    writeFileSync(
      keys.apiKeysFile,
      JSON.stringify([...all, { id: 'scoped', name: 'scoped', sha256, sources: ['/test'], locations: ['GOOD'], expiresAt: null }]),
    );
  }
});
