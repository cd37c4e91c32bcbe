import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { follow, openSocket } from '../harness/graphql.js';
import { until } from '../harness/until.js';
import { GatewayDesk } from './gatewayDesk.js';
import { readEventStream } from './readEventStream.js';
import { scopedToken } from './scopedToken.js';

interface OrderBatch {
  readonly orderChanges: {
    readonly kind: string;
    readonly cursor: string;
    readonly complete: boolean;
    readonly removedIds: readonly string[];
    readonly orders: readonly {
      readonly id: string;
      readonly number: string;
      readonly stage: string;
      readonly punctuality: string;
      readonly version: number;
    }[];
  };
}
interface LedgerBatch {
  readonly ledgerEntries: {
    readonly kind: string;
    readonly cursor: string;
    readonly entries: readonly { readonly id: string; readonly delta: number; readonly item: { readonly sku: string } }[];
  };
}

const ORDERS = '{ kind cursor complete removedIds coalesced freshness { state } orders { id number stage punctuality version } }';
const LEDGER = '{ kind cursor complete freshness { lagMs } entries { id delta item { sku } } }';
const order = (number: string, sku: string, promisedShipBy: string, location = 'DC-1') => ({
  id: `place-${number}`,
  type: 'order.placed',
  data: { order: number, location, promisedShipBy, policy: 'BACKORDER', lines: [{ line: 1, sku, quantity: 2 }] },
});
const soon = (ms: number): string => new Date(Date.now() + ms).toISOString();

describe('the streams of a gateway', () => {
  let desk: GatewayDesk;
  beforeAll(async () => {
    desk = await GatewayDesk.open('streams');
  }, 120_000);
  afterAll(() => desk?.close(), 60_000);

  const orders = (filter: string, after: string | null = null) => {
    const client = openSocket(desk.crew.member('gateway'), desk.ground.tokens.reader);
    const query = `subscription Live($after: Cursor) { orderChanges(filter: ${filter}, after: $after, options: { coalesceMs: 0, heartbeatMs: 1000 }) ${ORDERS} }`;
    const feed = follow<OrderBatch>(client, { query, variables: { after } });
    return { seen: () => feed.seen.map(({ orderChanges }) => orderChanges), failures: feed.failures, close: () => client.dispose() };
  };

  it('show orders as they are placed, and those that leave a filter by their stage', async () => {
    await desk.post({ id: 'o-stock', type: 'stock.received', data: { location: 'DC-1', lines: [{ sku: 'O-1', quantity: 10 }] } });
    const open = orders('{ stages: [RESERVED], search: "SO-A" }');
    await until('the snapshot is there', 5_000, async () => open.seen().length > 0);
    expect(open.seen()[0]).toMatchObject({ kind: 'SNAPSHOT', complete: true, orders: [] });
    await desk.post(order('SO-A1', 'O-1', soon(3_600_000)), order('SO-B1', 'O-1', soon(3_600_000)));
    await until('the order came', 5_000, async () => open.seen().some((batch) => batch.orders.length > 0));
    expect(open.seen().flatMap((batch) => batch.orders.map(({ number, stage }) => [number, stage]))).toEqual([['SO-A1', 'RESERVED']]);
    const id = open.seen().flatMap((batch) => batch.orders)[0]?.id;
    await desk.post({ id: 'o-ship', type: 'stock.shipped', data: { location: 'DC-1', order: 'SO-A1', lines: [{ line: 1, sku: 'O-1', quantity: 2 }] } });
    await until('it left', 5_000, async () => open.seen().some((batch) => batch.removedIds.length > 0));
    expect(open.seen().flatMap(({ removedIds }) => removedIds)).toEqual([id]);
    expect(open.failures).toEqual([]);
    await open.close();
  }, 30_000);

  it('tell orders that become late by the clock alone, and those at risk because others oversold their stock', async () => {
    const late = orders('{ punctuality: [LATE] }');
    const risky = orders('{ punctuality: [AT_RISK] }');
    await until('both snapshots are there', 5_000, async () => late.seen().length > 0 && risky.seen().length > 0);
    await desk.post({ id: 'r-stock', type: 'stock.received', data: { location: 'DC-1', lines: [{ sku: 'R-1', quantity: 2 }] } });
    await desk.post(order('SO-LATE', 'NONE-1', soon(1_500)), order('SO-RISK', 'R-1', soon(3_600_000)));
    await until('the late one came', 10_000, async () => late.seen().some((batch) => batch.orders.some(({ number }) => number === 'SO-LATE')));
    expect(risky.seen().flatMap((batch) => batch.orders.map(({ number }) => number))).not.toContain('SO-RISK');
    await desk.post({ id: 'r-loss', type: 'stock.adjusted', data: { location: 'DC-1', reason: 'damaged', lines: [{ sku: 'R-1', delta: -1 }] } });
    await until('the other is at risk', 10_000, async () => risky.seen().some((batch) => batch.orders.some(({ number }) => number === 'SO-RISK')));
    // What was at risk before its promise passed has left.
    expect(risky.seen().flatMap(({ removedIds }) => removedIds).length).toBeGreaterThan(0);
    await Promise.all([late.close(), risky.close()]);
  }, 30_000);

  it('read the ledger at the reader’s pace, whole events at a time, each row once, over resumes', async () => {
    const lines = (from: number, count: number) => Array.from({ length: count }, (_, index) => ({ sku: `L-${from + index}`, quantity: 1 }));
    const start = await desk.ask<{ ledger: { streamCursor: string } }>('{ ledger(first: 1) { streamCursor } }');
    await desk.post(
      { id: 'l-1', type: 'stock.received', data: { location: 'DC-1', lines: lines(0, 7) } },
      { id: 'l-2', type: 'stock.received', data: { location: 'DC-2', lines: lines(100, 3) } },
      { id: 'l-3', type: 'stock.received', data: { location: 'DC-1', lines: lines(10, 5) } },
    );
    const rows: string[] = [];
    let after = start.ledger.streamCursor;
    for (let round = 0; rows.length < 15 && round < 20; round++) {
      const client = openSocket(desk.crew.member('gateway'), desk.ground.tokens.reader);
      const feed = follow<LedgerBatch>(client, {
        query: `subscription Live($after: Cursor) { ledgerEntries(filter: { skus: $skus }, after: $after, batchSize: 2) ${LEDGER} }`.replace(
          '$skus',
          JSON.stringify([...lines(0, 7), ...lines(100, 3), ...lines(10, 5)].map(({ sku }) => sku)),
        ),
        variables: { after },
      });
      await until('a batch came', 5_000, async () => feed.seen.length > 0);
      // Cut after its first batch: what was sent behind it is not counted, and has to come again.
      const [batch] = feed.seen;
      if (batch === undefined) throw new Error('There was a batch');
      rows.push(...batch.ledgerEntries.entries.map(({ item }) => item.sku));
      after = batch.ledgerEntries.cursor;
      expect(feed.failures).toEqual([]);
      feed.stop();
      await client.dispose();
    }
    expect(rows.toSorted()).toEqual([...lines(0, 7), ...lines(100, 3), ...lines(10, 5)].map(({ sku }) => sku).toSorted());
  }, 60_000);

  it('come as server-sent events too, with refusals as ordinary answers, and end with the token', async () => {
    const { url } = desk.crew.member('gateway');
    const query = 'subscription { stockLevelChanges(filter: { skus: ["S-1"] }, options: { coalesceMs: 0 }) { kind cursor levels { onHand } } }';
    const stream = readEventStream(`${url}/graphql`, { token: desk.ground.tokens.reader, query });
    await until('the snapshot came', 5_000, async () => stream.results.length > 0);
    await desk.post({ id: 's-1', type: 'stock.received', data: { location: 'DC-1', lines: [{ sku: 'S-1', quantity: 3 }] } });
    await until('the change came', 5_000, async () => stream.results.length > 1);
    expect(stream.results.map((result) => result)).toMatchObject([
      { data: { stockLevelChanges: { kind: 'SNAPSHOT', levels: [] } } },
      { data: { stockLevelChanges: { kind: 'DELTA', levels: [{ onHand: 3 }] } } },
    ]);
    stream.cut();
    const brief = readEventStream(`${url}/graphql`, {
      token: scopedToken(desk.ground, { sub: 'brief', roles: ['READ'], locations: ['*'], exp: Math.floor(Date.now() / 1_000) + 2 }),
      query,
    });
    await until('it has ended', 8_000, async () => brief.isComplete());
    expect(brief.results.at(-1)).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect(await readEventStream(`${url}/graphql`, { token: 'none', query }).status).toBe(401);
    expect(await readEventStream(`${url}/graphql`, { token: desk.ground.tokens.reader, query: 'subscription { nothing }' }).status).toBe(400);
    const asked = readEventStream(`${url}/graphql`, { token: desk.ground.tokens.reader, query: '{ health { state } }' });
    await until('the answer is complete', 5_000, async () => asked.isComplete());
    expect(asked.results).toMatchObject([{ data: { health: {} } }]);
  }, 30_000);

  it('send the whole health again and again, and keep a scope to itself', async () => {
    const client = openSocket(desk.crew.member('gateway'), desk.ground.tokens.reader);
    const health = follow<{ healthChanges: { state: string; streamRetention: string } }>(client, {
      query:
        'subscription { healthChanges(options: { heartbeatMs: 1000 }) { state eventsPerSecond streamRetention services { name state } freshness { state } } }',
    });
    const elsewhere = openSocket(desk.crew.member('gateway'), scopedToken(desk.ground, { sub: 'dc2', roles: ['READ'], locations: ['DC-2'] }));
    const query = `subscription { orderChanges(options: { coalesceMs: 0 }) ${ORDERS} }`;
    const scoped = follow<OrderBatch>(elsewhere, { query });
    const entries = follow<LedgerBatch>(elsewhere, { query: `subscription { ledgerEntries ${LEDGER} }` });
    const all = follow<OrderBatch>(client, { query });
    await until('both see', 5_000, async () => scoped.seen.length > 0 && all.seen.length > 0);
    await desk.post(order('SO-C1', 'O-1', soon(3_600_000)), order('SO-C2', 'O-1', soon(3_600_000), 'DC-2'));
    await desk.post({ id: 'c-1', type: 'stock.received', data: { location: 'DC-1', lines: [{ sku: 'C-1', quantity: 3 }] } });
    await desk.post({ id: 'c-2', type: 'stock.received', data: { location: 'DC-2', lines: [{ sku: 'C-2', quantity: 3 }] } });
    const numbers = (batches: readonly OrderBatch[]) => new Set(batches.flatMap(({ orderChanges }) => orderChanges.orders.map(({ number }) => number)));
    await until('all came', 5_000, async () => numbers(all.seen).has('SO-C1') && numbers(scoped.seen).has('SO-C2') && entries.seen.length > 0);
    expect([...numbers(scoped.seen)]).toEqual(['SO-C2']);
    expect(entries.seen.flatMap(({ ledgerEntries }) => ledgerEntries.entries.map(({ item }) => item.sku))).toEqual(['C-2']);
    await sleep(1_500);
    expect(health.seen.length).toBeGreaterThan(1);
    expect(health.seen.at(-1)?.healthChanges.streamRetention).toMatch(/^PT\d+S$/);
    expect([...health.failures, ...scoped.failures, ...all.failures, ...entries.failures]).toEqual([]);
    await Promise.all([client.dispose(), elsewhere.dispose()]);
  }, 30_000);
});
