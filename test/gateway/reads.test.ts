import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GatewayDesk } from './gatewayDesk.js';
import { scopedToken } from './scopedToken.js';

const HOUR = 3_600_000;
/** The day before, so that no clock is ahead of anything. */
const DAY = new Date(Date.now() - 24 * HOUR).toISOString().slice(0, 10);
const at = (hour: number): string => `${DAY}T${String(hour).padStart(2, '0')}:00:00.000Z`;

describe('reads in GraphQL', () => {
  let desk: GatewayDesk;
  let there: string;

  beforeAll(async () => {
    desk = await GatewayDesk.open('gwreads');
    there = scopedToken(desk.ground, { sub: 'tess', roles: ['READ', 'OPERATE'], locations: ['DC-2'] });
  }, 120_000);
  afterAll(async () => {
    await desk?.close();
  }, 60_000);

  describe('of two times', () => {
    /** An instant of the log between two posts. */
    let between = '';

    const asOf = async (atTime: string, asKnownAt: string | null = null): Promise<unknown> => {
      const { stockAsOf } = await desk.ask<{ stockAsOf: { nodes: object[] } }>(
        `query AsOf($at: DateTime!, $known: DateTime) { stockAsOf(at: $at, asKnownAt: $known, filter: { skus: ["T"] }) { nodes { onHand sellable reserved available lastEntry { kind delta } } } }`,
        { at: atTime, known: asKnownAt },
      );
      return stockAsOf.nodes[0];
    };

    beforeAll(async () => {
      await desk.post({
        id: 't-1',
        type: 'stock.adjusted',
        time: at(8),
        data: { location: 'DC-1', reason: 'openingBalance', lines: [{ sku: 'T', delta: 10 }] },
      });
      await desk.post({ id: 't-2', type: 'stock.counted', time: at(12), data: { location: 'DC-1', lines: [{ sku: 'T', counted: 7 }] } });
      await new Promise((resolve) => setTimeout(resolve, 20));
      between = new Date().toISOString();
      await new Promise((resolve) => setTimeout(resolve, 20));
      await desk.post({ id: 't-3', type: 'stock.shipped', time: at(10), data: { location: 'DC-1', order: 'SO-T', lines: [{ sku: 'T', quantity: 2 }] } });
    }, 60_000);

    it('stands today at what was counted last, with the past corrected by what was learnt later', async () => {
      expect(await desk.onHand('T')).toBe(7);
      expect(await asOf(at(13))).toMatchObject({ onHand: 7 });
      expect(await asOf(at(11))).toEqual({ onHand: 8, sellable: 8, reserved: 0, available: 8, lastEntry: { kind: 'SHIPPED', delta: -2 } });
      expect(await asOf(at(11), between)).toMatchObject({ onHand: 10, lastEntry: { kind: 'ADJUSTED', delta: 10 } });
      expect(await asOf(at(13), between)).toMatchObject({ onHand: 7 });
      expect(await asOf(at(7))).toBeUndefined();
    });

    it('shows the late fact, what it revises, and what made each row', async () => {
      const { ledger } = await desk.ask<{ ledger: { nodes: object[] } }>(
        `query Ledger($between: DateTime) { ledger(filter: { skus: ["T"], recordedFrom: $between }) { nodes { kind delta late occurredAt reverses { kind delta } event { eventId type } } } }`,
        { between },
      );
      const event = { eventId: 't-3', type: 'quayside.stock.shipped.v1' };
      expect(ledger.nodes).toHaveLength(2);
      expect(ledger.nodes).toContainEqual(expect.objectContaining({ kind: 'SHIPPED', delta: -2, late: true, occurredAt: at(10), reverses: null, event }));
      expect(ledger.nodes).toContainEqual(
        expect.objectContaining({ kind: 'VARIANCE_REVISION', delta: 2, occurredAt: at(12), reverses: { kind: 'COUNT_VARIANCE', delta: -3 }, event }),
      );
      const filtered = await desk.ask<Record<string, { nodes: { kind: string }[] }>>(
        `query Some($from: DateTime, $to: DateTime) {
           occurred: ledger(filter: { skus: ["T"], occurredFrom: $from, occurredTo: $to }) { nodes { kind } }
           counts: ledger(filter: { skus: ["T"], kinds: [COUNT_VARIANCE] }) { nodes { kind } }
           order: ledger(filter: { orderNumber: "SO-T" }) { nodes { kind } }
           late: ledger(filter: { skus: ["T"], lateOnly: true }) { nodes { kind } }
         }`,
        { from: at(9), to: at(12) },
      );
      expect(Object.fromEntries(Object.entries(filtered).map(([name, { nodes }]) => [name, nodes.map(({ kind }) => kind)]))).toMatchObject({
        occurred: ['SHIPPED'],
        counts: ['COUNT_VARIANCE'],
        order: ['SHIPPED'],
      });
    });

    it('pages by sku, and refuses what nobody knows of the past', async () => {
      await desk.post(
        ...['P-1', 'P-2', 'P-3'].map((sku) => ({
          id: `p-${sku}`,
          type: 'stock.received',
          time: at(8),
          data: { location: 'DC-1', lines: [{ sku, quantity: 1 }] },
        })),
      );
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const page: { stockAsOf: { nodes: { item: { sku: string } }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } } = await desk.ask(
          `query Page($at: DateTime!, $after: String) { stockAsOf(at: $at, filter: { search: "P-" }, first: 2, after: $after) { nodes { item { sku } } pageInfo { hasNextPage endCursor } } }`,
          { at: at(9), after },
        );
        seen.push(...page.stockAsOf.nodes.map(({ item }) => item.sku));
        after = page.stockAsOf.pageInfo.hasNextPage ? page.stockAsOf.pageInfo.endCursor : null;
      } while (after !== null);
      expect(seen).toEqual(['P-1', 'P-2', 'P-3']);
      await expect(desk.ask(`{ stockAsOf(at: "${at(9)}", filter: { belowReorderPoint: true }) { nodes { onHand } } }`)).rejects.toThrow('BAD_USER_INPUT');
    });
  });

  describe('of orders', () => {
    beforeAll(async () => {
      await desk.post({ id: 'o-r', type: 'stock.received', data: { location: 'DC-1', lines: [{ sku: 'O', quantity: 5 }] } });
      const place = (id: string, quantity: number, promisedShipBy?: string) =>
        desk.post({
          id,
          type: 'order.placed',
          time: at(9),
          data: {
            location: 'DC-1',
            order: id,
            customer: 'ACME',
            ...(promisedShipBy !== undefined && { promisedShipBy }),
            lines: [{ line: 1, sku: 'O', quantity }],
          },
        });
      await place('SO-1', 2, new Date(Date.now() + HOUR).toISOString());
      await place('SO-2', 9, new Date(Date.now() + 2 * HOUR).toISOString());
      await place('SO-3', 1, at(10));
      await place('SO-4', 1);
      await desk.post({ id: 'o-s', type: 'stock.shipped', data: { location: 'DC-1', order: 'SO-1', lines: [{ sku: 'O', quantity: 1 }] } });
    }, 60_000);

    it('shows one with its lines, stages and movements, by number and again by id', async () => {
      const { order } = await desk.ask<{ order: { id: string } }>(
        `{ order(ref: { number: { number: "SO-1", source: "/test" } }) {
            id number source stage customer punctuality location { code } lines { number item { sku } ordered reserved shipped open backordered cancelled rejected overshipped returned } timeline { stage event { eventId } } alerts { kind } } }`,
      );
      expect(order).toMatchObject({
        number: 'SO-1',
        source: '/test',
        stage: 'PARTIALLY_SHIPPED',
        customer: 'ACME',
        punctuality: 'ON_TIME',
        location: { code: 'DC-1' },
        lines: [
          {
            number: 1,
            item: { sku: 'O' },
            ordered: 2,
            reserved: 1,
            shipped: 1,
            open: 0,
            backordered: 0,
            cancelled: 0,
            rejected: 0,
            overshipped: 0,
            returned: 0,
          },
        ],
        alerts: [],
      });
      expect(order).toMatchObject({
        timeline: [
          { stage: 'RESERVED', event: { eventId: 'SO-1' } },
          { stage: 'PARTIALLY_SHIPPED', event: { eventId: 'o-s' } },
        ],
      });
      expect(await desk.ask('query Again($id: ID!) { node(id: $id) { ... on Order { number } } }', { id: order.id })).toEqual({ node: { number: 'SO-1' } });
      const { ledger } = await desk.ask<{ ledger: { nodes: object[] } }>('{ ledger(filter: { orderNumber: "SO-1" }) { nodes { kind order { number } } } }');
      expect(ledger.nodes).toEqual([{ kind: 'SHIPPED', order: { number: 'SO-1' } }]);
    });

    it('lists them by promise, by how they stand to it, and in columns', async () => {
      const { orders } = await desk.ask<{ orders: { nodes: { number: string; punctuality: string; lateBy: string | null }[]; totalCount: number } }>(
        '{ orders { totalCount nodes { number punctuality lateBy } } }',
      );
      expect(orders.nodes.map(({ number, punctuality }) => `${number} ${punctuality}`)).toEqual(['SO-3 LATE', 'SO-1 ON_TIME', 'SO-2 AT_RISK', 'SO-4 UNKNOWN']);
      expect(orders.totalCount).toBe(4);
      expect(orders.nodes.map(({ lateBy }) => (lateBy === null ? null : lateBy.startsWith('-')))).toEqual([false, true, true, null]);
      const filtered = await desk.ask<Record<string, { nodes: { number: string }[] }>>(
        `{ late: orders(filter: { punctuality: [LATE, UNKNOWN] }) { nodes { number } } search: orders(filter: { search: "SO-2" }) { nodes { number } } stage: orders(filter: { stages: [PARTIALLY_SHIPPED] }) { nodes { number } } }`,
      );
      expect(Object.values(filtered).map(({ nodes }) => nodes.map(({ number }) => number))).toEqual([['SO-3', 'SO-4'], ['SO-2'], ['SO-1']]);
      const { orderBoard } = await desk.ask<{
        orderBoard: { stage: string; count: number; late: number; atRisk: number; oldest: object; medianAge: string }[];
      }>('{ orderBoard { stage count late atRisk oldest { number } medianAge } }');
      expect(orderBoard.reduce((sum, { count }) => sum + count, 0)).toBe(4);
      expect([orderBoard.reduce((sum, { late }) => sum + late, 0), orderBoard.reduce((sum, { atRisk }) => sum + atRisk, 0)]).toEqual([1, 1]);
      expect(orderBoard.find(({ stage }) => stage === 'PARTIALLY_SHIPPED')).toMatchObject({
        count: 1,
        oldest: { number: 'SO-1' },
        medianAge: expect.stringMatching(/^PT\d/),
      });
    });

    it('pages through them in every order without losing or doubling one', async () => {
      for (const orderBy of ['PROMISED_SHIP_BY_ASC', 'PLACED_AT_DESC', 'LATEST_CHANGE_DESC', 'PRIORITY_DESC']) {
        const seen: string[] = [];
        let after: string | null = null;
        do {
          const page: { orders: { nodes: { number: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } } = await desk.ask(
            `query Page($by: OrderSort, $after: String) { orders(orderBy: $by, first: 1, after: $after) { nodes { number } pageInfo { hasNextPage endCursor } } }`,
            { by: orderBy, after },
          );
          seen.push(...page.orders.nodes.map(({ number }) => number));
          after = page.orders.pageInfo.hasNextPage ? page.orders.pageInfo.endCursor : null;
        } while (after !== null);
        expect([...seen].sort()).toEqual(['SO-1', 'SO-2', 'SO-3', 'SO-4']);
      }
    });
  });

  it('lists events as they came, newest first, whole, over pages', async () => {
    const { events } = await desk.ask<{ events: { nodes: { id: string; eventId: string }[] } }>(
      `{ events(filter: { sources: ["/test"], types: ["quayside.stock.counted.v1"] }) { nodes { id eventId source type subject occurredAt format status duplicates problem { type } payload entries { kind } } } }`,
    );
    expect(events.nodes).toMatchObject([
      {
        eventId: 't-2',
        source: '/test',
        type: 'quayside.stock.counted.v1',
        occurredAt: at(12),
        format: 'CLOUDEVENTS',
        status: 'APPLIED',
        duplicates: 0,
        problem: null,
        payload: { id: 't-2', specversion: '1.0', time: at(12), data: { location: 'DC-1', lines: [{ sku: 'T', counted: 7 }] } },
        entries: [{ kind: 'COUNT_VARIANCE' }],
      },
    ]);
    expect(await desk.ask('query Again($id: ID!) { node(id: $id) { ... on SourceEvent { eventId } } }', { id: events.nodes[0]?.id })).toEqual({
      node: { eventId: 't-2' },
    });
    const all = await desk.ask<{ events: { nodes: { id: string; receivedAt: string }[] } }>('{ events(first: 250) { nodes { id receivedAt } } }');
    expect(all.events.nodes.map(({ receivedAt }) => receivedAt)).toEqual(
      all.events.nodes
        .map(({ receivedAt }) => receivedAt)
        .toSorted()
        .toReversed(),
    );
    const paged: string[] = [];
    let after: string | null = null;
    do {
      const page: { events: { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } } = await desk.ask(
        'query Page($after: String) { events(first: 3, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }',
        { after },
      );
      paged.push(...page.events.nodes.map(({ id }) => id));
      after = page.events.pageInfo.hasNextPage ? page.events.pageInfo.endCursor : null;
    } while (after !== null);
    expect(paged).toEqual(all.events.nodes.map(({ id }) => id));
  }, 30_000);

  it('shows none of it to those who may not see the location, whatever they ask by', async () => {
    await desk.post({ id: 'm-1', type: 'stock.moved', data: { location: 'DC-1', to: 'DC-2', lines: [{ sku: 'P-1', quantity: 1 }] } });
    const whole = await desk.ask<{ orders: { nodes: { id: string }[] }; events: { nodes: { id: string }[] }; ledger: { nodes: { id: string }[] } }>(
      '{ orders { nodes { id } } events(filter: { sources: ["/test"] }) { nodes { id } } ledger(filter: { skus: ["T"] }) { nodes { id } } }',
    );
    const ids = [whole.orders, whole.events, whole.ledger].map(({ nodes }) => nodes[0]?.id);
    const query = `query Scoped($ids: [ID!]!, $at: DateTime!) {
      nodes(ids: $ids) { id }
      orders { totalCount nodes { number } }
      orderBoard { stage }
      order(ref: { number: { number: "SO-1", source: "/test" } }) { number }
      stockAsOf(at: $at) { nodes { item { sku } } }
      ledger { nodes { item { sku } event { eventId } } }
      events(filter: { sources: ["/test"] }) { nodes { eventId } }
    }`;
    const seen = await desk.ask<{ ledger: { nodes: { item: object; event: { eventId: string } }[] } }>(query, { ids, at: at(23) }, there);
    expect(seen).toMatchObject({
      nodes: [null, null, null],
      orders: { totalCount: 0, nodes: [] },
      orderBoard: [],
      order: null,
      stockAsOf: { nodes: [] },
      events: { nodes: [] },
    });
    // What came to DC-2 is theirs; the event at DC-1 that sent it is not.
    expect(seen.ledger.nodes.every(({ event }) => event.eventId !== 'm-1')).toBe(true);
  }, 30_000);
});
