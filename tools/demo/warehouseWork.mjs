import { eventOf, free, later, longTail, numbered, pickByDemand, receive, take } from './world.mjs';

/** A shop sells what is on its shelves; nobody orders it before. */
export function sellOverTheCounter(world, now) {
  const shelf = pickByDemand(world, ({ kind, onHand }) => kind === 'shop' && onHand > 0);
  const quantity = Math.min(longTail(world.random), shelf.onHand);
  if (quantity <= 0) return receive(world, shelf, now);
  take(world, shelf, quantity, now);
  return eventOf(world, { name: 'stock.shipped', shelf, data: { lines: [{ line: 1, sku: shelf.sku, quantity }] }, now });
}

/** Comes back in good order and goes on sale again, or damaged and does not. */
export function takeBack(world, now) {
  const shelf = pickByDemand(world, () => true);
  const isDamaged = world.random.unit() < 0.2;
  const quantity = world.random.integer(1, 2);
  const order = world.orders.shippedOne(shelf.location);
  if (!isDamaged) shelf.onHand += quantity;
  else world.damaged.push({ shelf: order?.shelf ?? shelf, quantity: order ? 1 : quantity });
  const sku = order?.sku ?? shelf.sku;
  const data = {
    ...(order && { order: order.number }),
    condition: isDamaged ? 'damaged' : 'sellable',
    reason: isDamaged ? 'damaged in transit' : 'changed mind',
    lines: [{ line: order?.line ?? 1, sku, quantity: order ? 1 : quantity }],
  };
  if (order && !isDamaged) shelf.onHand -= quantity; // it went onto another shelf
  if (order && !isDamaged) order.shelf.onHand += 1;
  return eventOf(world, { name: 'stock.returned', shelf, data, now });
}

/** Broken, lost, found. */
export function correct(world, now) {
  const shelf = pickByDemand(world, (one) => free(one) > 6);
  const reason = world.random.pick(['damaged', 'missing', 'found', 'damaged']);
  const delta = reason === 'found' ? world.random.integer(1, 2) : -world.random.integer(1, 3);
  take(world, shelf, -delta, now);
  return eventOf(world, { name: 'stock.adjusted', shelf, data: { reason, lines: [{ line: 1, sku: shelf.sku, delta }] }, now });
}

/** What came back broken is thrown away in the end. */
export function scrap(world, now) {
  const found = world.damaged.shift();
  if (found === undefined) return null;
  const { shelf, quantity } = found;
  const lines = [{ line: 1, sku: shelf.sku, delta: -quantity, bucket: 'damaged' }];
  return eventOf(world, { name: 'stock.adjusted', shelf, data: { reason: 'scrapped', lines }, now });
}

/** A few shelves are counted in turn; now and then one piece is not where it should be. */
export function count(world, now) {
  const shelf = pickByDemand(world, (one) => free(one) > 6);
  const off = world.random.unit() < 0.25 ? world.random.pick([-1, -1, 1]) : 0;
  const counted = shelf.onHand + off;
  take(world, shelf, -off, now);
  const data = { count: `CYCLE-${world.run}-${world.count}`, actor: 'night-shift', lines: [{ line: 1, sku: shelf.sku, counted }] };
  return eventOf(world, { name: 'stock.counted', shelf, data, now });
}

/** On the road between two sites, s. */
const ROAD_S = { least: 6, most: 18 };

/** A shop is filled from its warehouse. Each end tells its own half: shipped there, received here some time later. */
export function transfer(world, now) {
  const shop = pickByDemand(world, ({ kind, onHand, opening }) => kind === 'shop' && onHand < opening);
  const from = world.shelves.find(({ location, sku }) => location === shop.filledFrom && sku === shop.sku);
  const quantity = from === undefined ? 0 : Math.min(12, free(from) - from.reorderPoint, shop.opening - shop.onHand);
  if (from === undefined || quantity < 2) return null;
  take(world, from, quantity, now);
  const shipment = `TR-${world.run}-${world.count}`;
  const lines = numbered([quantity], (pieces) => ({ sku: shop.sku, quantity: pieces }));
  later(world, now, world.random.integer(ROAD_S.least, ROAD_S.most), (then, at) => {
    shop.onHand += quantity;
    return eventOf(then, { name: 'stock.received', shelf: shop, data: { shipment, lines }, now: at });
  });
  return eventOf(world, { name: 'stock.shipped', shelf: from, data: { shipment, carrier: 'own truck', lines }, now });
}
