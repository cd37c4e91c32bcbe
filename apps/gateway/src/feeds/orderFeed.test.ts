import { describe, expect, it } from '@jest/globals';
import { levelKey, type ChangeNumber, type Level, type OrderSummary } from '@quayside/contracts';
import type { OrderKey, OrderNews, StoredOrder } from '@quayside/store';
import { encodeNodeId } from '../nodeId.js';
import type { Visible } from '../visible.js';
import { aLevel } from './aLevel.js';
import { LEVEL_OBJECTS } from './levelFeed.js';
import { ORDER_OBJECTS, orderFeed } from './orderFeed.js';
import { encodeStreamCursor, readStreamCursor } from './streamCursor.js';
import { Stretch } from './stretch.js';

const EPOCH = 'aaaa1111';
const ALL: Visible = { kind: 'all' };

const anOrder = (given: Partial<OrderSummary> = {}): OrderSummary => ({
  ...{ location: 'DC-1', number: 'SO-1', source: 'shop', customer: null, shipTo: null, priority: 0, policy: 'BACKORDER' },
  ...{ placedAt: 1_000, promisedShipBy: null, promisedDeliverBy: null, isHeld: false, stage: 'PLACED', version: 1, updatedAt: 1_000 },
  ...{ lineCount: 1, ordered: 1, cancelled: 0, rejected: 0, backordered: 0, reserved: 0, shipped: 0, overshipped: 0, returned: 0, open: 1 },
  ...given,
});
const keyOf = ({ location, number }: OrderKey): string => levelKey(location, number);
const idOf = (number: string, location = 'DC-1'): string => encodeNodeId({ kind: 'order', location, number });

/** What a gateway holds of orders and levels, and a store that says of each order that was touched how it stands. */
class World {
  readonly levels = new Stretch<Level>(LEVEL_OBJECTS, EPOCH);
  readonly orders = new Stretch<OrderSummary>(ORDER_OBJECTS, EPOCH);
  readonly asked: OrderNews[] = [];
  /** By key: those that match what is asked for now. */
  readonly matching = new Map<string, StoredOrder>();
  now = 100_500;
  private offset = 0;

  readonly feed = orderFeed({
    orders: this.orders,
    levels: this.levels,
    readPage: async () => ({ objects: [...this.matching.values()], next: null }),
    readNews: async (news) => {
      this.asked.push(news);
      return {
        matching: news.keys.flatMap((key) => this.matching.get(keyOf(key)) ?? []),
        others: news.keys.filter((key) => !this.matching.has(keyOf(key))),
      };
    },
    now: () => this.now,
  });

  change(what: OrderSummary): void {
    const at: ChangeNumber = [this.offset++, 0];
    this.orders.append(0, [{ at, what }]);
    this.levels.append(0, [], at);
  }

  step(what: Level): void {
    const at: ChangeNumber = [this.offset++, 0];
    this.levels.append(0, [{ at, what }]);
    this.orders.append(0, [], at);
  }

  store({ source, placedAt, ...order }: OrderSummary, punctuality: StoredOrder['punctuality'] = 'ON_TIME'): void {
    this.matching.set(keyOf(order), { ...order, source: source ?? '', placedAt: placedAt ?? 0, punctuality });
  }

  async since(cursor: string, { filter = {}, visible = ALL }: { filter?: object; visible?: Visible } = {}) {
    return this.feed.open({ filter }, visible).since(cursor);
  }

  lastAsked(): OrderNews {
    const last = this.asked[this.asked.length - 1];
    if (last === undefined) throw new Error('Nothing was asked of the store');
    return last;
  }
}

describe('a stream of orders', () => {
  it('shows each order that has changed as the store has it now, and how many versions were merged', async () => {
    const world = new World();
    const from = world.feed.head();
    for (const version of [1, 2, 3]) world.change(anOrder({ version }));
    world.store(anOrder({ version: 4 }));
    const { contents } = await world.since(from);
    expect(contents).toMatchObject({ orders: [{ number: 'SO-1', version: 4, punctuality: 'ON_TIME' }], removedIds: [], coalesced: 2 });
  });

  it('tells an order as removed when the stage that the reader asked for is no longer its own', async () => {
    const world = new World();
    world.change(anOrder({ stage: 'RESERVED' }));
    const from = world.feed.head();
    world.change(anOrder({ stage: 'SHIPPED', version: 2 }));
    expect((await world.since(from, { filter: { stages: ['RESERVED'] } })).contents).toMatchObject({ orders: [], removedIds: [idOf('SO-1')] });
  });

  it('does not tell a reader of orders that can never have been in its filter', async () => {
    const world = new World();
    world.change(anOrder({ number: 'SO-1', stage: 'PLACED' }));
    const from = world.feed.head();
    world.change(anOrder({ number: 'SO-1', stage: 'SHIPPED', version: 2 }));
    world.change(anOrder({ number: 'SO-2', stage: 'PLACED' }));
    expect((await world.since(from, { filter: { stages: ['HELD'] } })).contents).toBeNull();
  });

  it('tells an order as removed where what it was before is not held any more', async () => {
    const world = new World();
    const from = world.feed.head();
    world.change(anOrder({ stage: 'SHIPPED', version: 7 }));
    expect((await world.since(from, { filter: { stages: ['RESERVED'] } })).contents).toMatchObject({ removedIds: [idOf('SO-1')] });
  });

  it('neither shows nor tells as removed what stands where the token may not look', async () => {
    const world = new World();
    world.change(anOrder({ location: 'DC-2' }));
    const from = world.feed.head();
    world.change(anOrder({ location: 'DC-2', stage: 'SHIPPED', version: 2 }));
    world.step(aLevel({ location: 'DC-2', sellable: 1, reserved: 2 }));
    const visible: Visible = { kind: 'some', locations: ['DC-1'] };
    expect((await world.since(from, { visible })).contents).toBeNull();
    expect(world.lastAsked()).toMatchObject({ keys: [], levels: [], filter: { locations: ['DC-1'] } });
  });

  it.each([
    ['became oversold', { sellable: 5, reserved: 5 }, { sellable: 4, reserved: 5 }],
    ['is no longer oversold', { sellable: 4, reserved: 5 }, { sellable: 5, reserved: 5 }],
  ])('looks at the orders that hold stock of a level that %s', async (_name, before, after) => {
    const world = new World();
    world.step(aLevel({ sku: 'A', ...before }));
    world.step(aLevel({ sku: 'B', sellable: 9, reserved: 1 }));
    const from = world.feed.head();
    world.step(aLevel({ sku: 'A', version: 2, ...after }));
    world.step(aLevel({ sku: 'B', sellable: 8, reserved: 1, version: 2 }));
    await world.since(from);
    expect(world.lastAsked().levels).toEqual([{ location: 'DC-1', sku: 'A' }]);
  });

  it.each([
    ['is oversold', { sellable: 4, reserved: 5 }],
    ['is not', { sellable: 5, reserved: 5 }],
  ])('looks at the orders of a level that %s and may have been otherwise, as what it was is not held any more', async (_name, now) => {
    const world = new World();
    const from = world.feed.head();
    world.step(aLevel({ sku: 'A', version: 9, ...now }));
    await world.since(from);
    expect(world.lastAsked().levels).toEqual([{ location: 'DC-1', sku: 'A' }]);
  });

  it('looks at the promises of each second once, over a resume too', async () => {
    const world = new World();
    const first = await world.since(world.feed.head());
    expect(world.lastAsked()).toMatchObject({ dueFrom: 100_000, filter: { now: 100_000 } });
    world.now = 103_200;
    const second = await world.since(first.cursor);
    expect(world.lastAsked()).toMatchObject({ dueFrom: 100_000, filter: { now: 103_000 } });
    await world.since(second.cursor);
    expect(world.lastAsked()).toMatchObject({ dueFrom: 103_000, filter: { now: 103_000 } });
  });

  it('looks a day back at promises for a cursor of another stream, which does not say when it was', async () => {
    const world = new World();
    world.change(anOrder());
    await world.since(world.levels.showHead());
    expect(world.lastAsked()).toMatchObject({ keys: [], dueFrom: 100_000 - 24 * 3_600_000 });
  });

  it('keeps what another gateway has seen of it before, and serves a cursor as long as orders and levels are both held', async () => {
    const world = new World();
    const ahead = encodeStreamCursor({ epoch: EPOCH, numbers: new Map([[0, [50, 0] as const]]), seenAt: 90 });
    const { cursor } = await world.since(ahead);
    expect(readStreamCursor(cursor)).toMatchObject({ numbers: new Map([[0, [50, 0]]]), seenAt: 100 });
    const from = world.feed.head();
    expect(world.feed.isRetained(from)).toBe(true);
    world.levels.jump(0, [60, 0]);
    expect(world.feed.isRetained(from)).toBe(false);
  });

  it('refuses a filter that makes no sense before anybody waits for it', () => {
    expect(() => new World().feed.open({ filter: { itemIds: ['nonsense'] } }, ALL)).toThrow('itemIds');
  });
});
