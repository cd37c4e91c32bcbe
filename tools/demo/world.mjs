const SECOND = 1000;

export function shelfKey({ location, sku }) {
  return `${location}/${sku}`;
}

/** Decides that something happens after so many seconds (of the rate that delays are of). */
export function later(world, now, seconds, make) {
  world.due.push({ at: now + seconds * world.scale * SECOND, make });
}

export function eventOf(world, { name, shelf, source = shelf.source, data, now }) {
  world.count += 1;
  return {
    specversion: '1.0',
    id: `demo-${world.run}-${world.count}`,
    source,
    type: `quayside.${name}.v1`,
    time: new Date(now).toISOString(),
    data: { location: shelf.location, ...data },
  };
}

export const numbered = (lines, describe) => lines.map((line, index) => ({ line: index + 1, ...describe(line) }));

/** Mostly one or two pieces, now and then a dozen. */
export const longTail = (random) => Math.min(1 + Math.floor(random.unit() ** -0.7 - 1), 12);

/** A shelf by its share of the demand among those that fit; among all when none does. */
export function pickByDemand({ shelves, random }, fits) {
  const fitting = shelves.filter(fits);
  const candidates = fitting.length > 0 ? fitting : shelves;
  let rest = random.unit() * candidates.reduce((sum, { demand }) => sum + demand, 0);
  return candidates.find(({ demand }) => (rest -= demand) <= 0) ?? candidates.at(-1);
}

/** Fills the shelf up to what it began with, in whole cartons of six. */
export function receive(world, shelf, now) {
  const quantity = Math.max(Math.ceil((shelf.opening - shelf.onHand) / 6), 1) * 6;
  shelf.onHand += quantity;
  const data = { purchaseOrder: `PO-${world.run}-${world.count}`, lines: [{ line: 1, sku: shelf.sku, quantity }] };
  return eventOf(world, { name: 'stock.received', shelf, data, now });
}

/** Pieces that nobody has been promised. */
export const free = ({ onHand, reserved }) => onHand - reserved;

/** From an order for more goods until they are there, s. */
const DELIVERY_S = { least: 8, most: 25 };

/** Takes goods off a shelf, and orders more when it has got low. */
export function take(world, shelf, quantity, now) {
  shelf.onHand -= quantity;
  if (shelf.isOrdered || shelf.onHand >= shelf.reorderPoint) return;
  shelf.isOrdered = true;
  later(world, now, world.random.integer(DELIVERY_S.least, DELIVERY_S.most), (then, at) => {
    shelf.isOrdered = false;
    return receive(then, shelf, at);
  });
}
