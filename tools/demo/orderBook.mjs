import { eventOf, free, later, longTail, pickByDemand, take } from './world.mjs';

export const ORDER_SOURCE = '/demo/webshop';
const LINES_MAX = 4;
const CUSTOMERS = 240;
/** From an order until its goods go out, s; its promise is this many times as long. */
const PICKING_S = { least: 4, most: 24 };
const PROMISE_FACTOR = 6;
/** An order whose goods are not there is looked at again after this, s. */
const AGAIN_S = 8;
/** Orders remembered for their returns. */
const SHIPPED_MAX = 300;

/**
 * The demo's orders: placed at a warehouse, shipped whole or in two parts when the goods are there, now and then held or cancelled.
 * @param {readonly { number: string, location: string, lines: readonly { line: number, sku: string, left: number }[] }[]} before
 *        what an earlier run left open
 */
export function orderBook(world, before, startsAt) {
  const open = new Map();
  const shipped = [];
  const book = {
    get openCount() {
      return open.size;
    },
    /** An everyday order: a few lines, a long tail of items and quantities. */
    place(now, { promisedInS, pickInS, pick = () => true } = {}) {
      const { random } = world;
      const first = pickByDemand(world, (shelf) => shelf.kind === 'warehouse' && pick(shelf));
      const others = Array.from({ length: random.integer(0, LINES_MAX - 1) }, () => pickByDemand(world, ({ location }) => location === first.location));
      const lines = [...new Set([first, ...others])].map((shelf, index) => ({ line: index + 1, shelf, left: longTail(random), reserved: 0 }));
      for (const line of lines) reserve(line);
      const delayS = pickInS ?? random.integer(PICKING_S.least, PICKING_S.most);
      const order = { number: `SO-${world.run}-${world.count}`, shelf: first, lines };
      open.set(order.number, order);
      const data = {
        order: order.number,
        customer: `C-${String(1_000 + Math.floor(random.unit() ** 2 * CUSTOMERS))}`,
        ...(random.unit() < 0.06 && { priority: 5 }),
        promisedShipBy: new Date(now + (promisedInS ?? delayS * PROMISE_FACTOR) * world.scale * 1_000).toISOString(),
        policy: 'BACKORDER',
        lines: lines.map(({ line, shelf, left }) => ({ line, sku: shelf.sku, quantity: left })),
      };
      plan(order, now, delayS);
      return eventOf(world, { name: 'order.placed', shelf: first, source: ORDER_SOURCE, data, now });
    },
    /** A line that went out from a location, once each: for returns. */
    shippedOne(location) {
      const index = shipped.findIndex(({ shelf }) => shelf.location === location);
      return index === -1 ? null : shipped.splice(index, 1)[0];
    },
  };

  /** As Quayside does, though not in the order of the log: near enough that nobody ships what another was promised. Returns what can go out. */
  function reserve(line) {
    const more = Math.min(line.left - line.reserved, Math.max(0, free(line.shelf)));
    line.reserved += more;
    line.shelf.reserved += more;
    return { line, quantity: Math.min(line.reserved, Math.max(0, line.shelf.onHand)) };
  }

  /** What becomes of an order: mostly it is shipped. */
  function plan(order, now, delayS) {
    const dice = world.random.unit();
    if (dice < 0.03) return later(world, now, delayS / 2, (_world, at) => cancel(order, at));
    if (dice < 0.06) {
      later(world, now, delayS / 3, (_world, at) => tell(order, 'order.held', { reason: 'address to be checked' }, at));
      later(world, now, delayS, (_world, at) => tell(order, 'order.holdReleased', {}, at));
      return later(world, now, delayS * 1.5, (_world, at) => ship(order, at));
    }
    return later(world, now, delayS, (_world, at) => ship(order, at));
  }

  function cancel(order, now) {
    open.delete(order.number);
    for (const { shelf, reserved } of order.lines) shelf.reserved -= reserved;
    return tell(order, 'order.cancelled', { reason: 'customer changed his mind' }, now);
  }

  const tell = (order, name, data, now) => eventOf(world, { name, shelf: order.shelf, source: ORDER_SOURCE, data: { order: order.number, ...data }, now });

  /** Everything that is there goes out; one order in six goes in two parts though all is there. */
  function ship(order, now) {
    const lines = order.lines.map((line) => reserve(line)).filter(({ quantity }) => quantity > 0);
    const isSplit = lines.length > 1 && world.random.unit() < 1 / 6;
    const goods = isSplit ? lines.slice(0, -1) : lines;
    for (const { line, quantity } of goods) {
      take(world, line.shelf, quantity, now);
      line.left -= quantity;
      line.reserved -= quantity;
      line.shelf.reserved -= quantity;
      shipped.push({ number: order.number, line: line.line, sku: line.shelf.sku, shelf: line.shelf });
    }
    shipped.splice(0, Math.max(0, shipped.length - SHIPPED_MAX));
    if (order.lines.every(({ left }) => left === 0)) open.delete(order.number);
    else later(world, now, AGAIN_S, (_world, at) => ship(order, at));
    if (goods.length === 0) return null;
    const data = {
      order: order.number,
      carrier: world.random.pick(['DHL', 'GLS', 'UPS']),
      lines: goods.map(({ line, quantity }) => ({ line: line.line, sku: line.shelf.sku, quantity })),
    };
    return eventOf(world, { name: 'stock.shipped', shelf: order.shelf, data, now });
  }

  for (const { number, location, lines } of before) {
    const known = lines.flatMap(({ line, sku, left }) => {
      const shelf = world.byKey.get(`${location}/${sku}`);
      return shelf === undefined || left <= 0 ? [] : [{ line, shelf, left, reserved: 0 }];
    });
    if (known.length === 0) continue;
    const order = { number, shelf: known[0].shelf, lines: known };
    open.set(number, order);
    later(world, startsAt, world.random.integer(PICKING_S.least, PICKING_S.most), (_world, at) => ship(order, at));
  }
  return book;
}
