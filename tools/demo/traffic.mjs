import { createRandom } from './random.mjs';

const SECOND = 1000;
/** How often something is planned beside the everyday traffic, so that whoever looks soon sees it happen. */
const RUSH_EVERY_MS = 90 * SECOND;
const RUSH_FIRST_MS = 12 * SECOND;
const OVERSELL_EVERY_MS = 240 * SECOND;
const OVERSELL_FIRST_MS = 30 * SECOND;
/** From an order for more goods until they are there. */
const DELIVERY_MS = { least: 25 * SECOND, most: 70 * SECOND };
const LINES_MAX = 3;

/**
 * The demo's world: what it believes to be on each shelf, which deliveries are on their way, and what comes next.
 * Knows no clock: it is told the time and answers with the events that are due.
 * @param {{ shelves: readonly import('./network.mjs').Shelf[], seed: number, run: string, startsAt: number,
 *           eventsPerSecond: number, onHand?: ReadonlyMap<string, number> }} world
 *        `run` goes into every id, so that no two runs of the demo share one; `startsAt` in ms since 1970;
 *        `onHand` is what is there now, by `shelfKey`, where it is known (default: the opening balance)
 */
export function createTraffic({ shelves, seed, run, startsAt, eventsPerSecond, onHand = new Map() }) {
  const world = {
    random: createRandom(seed),
    run,
    count: 0,
    shelves: shelves.map((shelf) => ({ ...shelf, onHand: onHand.get(shelfKey(shelf)) ?? shelf.opening, isOrdered: false })),
    deliveries: [],
    nextAt: startsAt,
    rushAt: startsAt + RUSH_FIRST_MS,
    oversellAt: startsAt + OVERSELL_FIRST_MS,
  };
  return {
    /** All events up to this instant, oldest first; at most so many, the rest comes with the next call. */
    eventsUntil(now, { atMost }) {
      const events = [];
      while (events.length < atMost && world.nextAt <= now) {
        events.push(nextEvent(world, world.nextAt));
        world.nextAt += pauseOf(world.random, eventsPerSecond);
      }
      return events;
    },
    /** After a long pause the traffic goes on from now; it does not make up for what nobody could take. */
    skipTo(now) {
      world.nextAt = Math.max(world.nextAt, now);
    },
  };
}

export function shelfKey({ location, sku }) {
  return `${location}/${sku}`;
}

/** Orders come independently of each other: exponential pauses, cut so that a lull is not taken for a fault. */
function pauseOf(random, eventsPerSecond) {
  return Math.min(-Math.log(1 - random.unit()) / eventsPerSecond, 5) * SECOND;
}

function nextEvent(world, now) {
  const arrived = world.deliveries.findIndex(({ at }) => at <= now);
  if (arrived !== -1) return receive(world, world.deliveries.splice(arrived, 1)[0], now);
  if (now >= world.oversellAt) return oversell(world, now);
  if (now >= world.rushAt) return rush(world, now);
  const dice = world.random.unit();
  if (dice < 0.05) return takeBack(world, now);
  if (dice < 0.09) return correct(world, now);
  return ship(world, now);
}

/** An order: a few lines, a long tail of quantities, from one site. */
function ship(world, now) {
  const { random } = world;
  const first = pickByDemand(world, () => true);
  const others = Array.from({ length: random.integer(0, LINES_MAX - 1) }, () => pickByDemand(world, ({ location }) => location === first.location));
  const picked = [...new Set([first, ...others])].map((shelf) => ({ shelf, quantity: longTail(random) }));
  // Everyday orders take what is there: going below zero is the planned exception.
  const lines = picked.map(({ shelf, quantity }) => ({ shelf, quantity: Math.min(quantity, shelf.onHand) })).filter(({ quantity }) => quantity > 0);
  return lines.length > 0 ? shipLines(world, lines, now) : receiveNow(world, first, now);
}

/** A big order takes a watched item below its reorder point; the delivery that it causes brings it back. */
function rush(world, now) {
  world.rushAt = now + RUSH_EVERY_MS;
  const candidates = world.shelves.filter(({ isWatched, onHand, reorderPoint }) => isWatched && onHand > reorderPoint);
  if (candidates.length === 0) return ship(world, now);
  const shelf = world.random.pick(candidates);
  return shipLines(world, [{ shelf, quantity: shelf.onHand - world.random.integer(Math.ceil(shelf.reorderPoint / 3), shelf.reorderPoint - 1) }], now);
}

/** The shop sells what its system thinks is there; what is really there is less. */
function oversell(world, now) {
  world.oversellAt = now + OVERSELL_EVERY_MS;
  const shelf = world.random.pick(world.shelves.filter(({ location, onHand }) => location === 'SHOP-1' && onHand >= 0));
  if (!shelf) return ship(world, now);
  return shipLines(world, [{ shelf, quantity: shelf.onHand + world.random.integer(2, 6) }], now);
}

function shipLines(world, lines, now) {
  for (const { shelf, quantity } of lines) {
    shelf.onHand -= quantity;
    orderWhenLow(world, shelf, now);
  }
  const data = { order: `SO-${world.run}-${world.count}`, lines: numbered(lines, ({ shelf, quantity }) => ({ sku: shelf.sku, quantity })) };
  return eventOf(world, { name: 'stock.shipped', shelf: lines[0].shelf, data, now });
}

function orderWhenLow(world, shelf, now) {
  if (shelf.isOrdered || shelf.onHand >= shelf.reorderPoint) return;
  shelf.isOrdered = true;
  world.deliveries.push({ shelf, at: now + world.random.integer(DELIVERY_MS.least, DELIVERY_MS.most) });
}

function receive(world, { shelf }, now) {
  shelf.isOrdered = false;
  return receiveNow(world, shelf, now);
}

/** Fills the shelf up to what it began with, in whole cartons of six. */
function receiveNow(world, shelf, now) {
  const quantity = Math.max(Math.ceil((shelf.opening - shelf.onHand) / 6), 1) * 6;
  shelf.onHand += quantity;
  const data = { purchaseOrder: `PO-${world.run}-${world.count}`, lines: [{ line: 1, sku: shelf.sku, quantity }] };
  return eventOf(world, { name: 'stock.received', shelf, data, now });
}

/** Comes back in good order and goes on sale again. */
function takeBack(world, now) {
  const shelf = pickByDemand(world, () => true);
  const quantity = world.random.integer(1, 2);
  shelf.onHand += quantity;
  const data = { condition: 'sellable', reason: 'changedMind', lines: [{ line: 1, sku: shelf.sku, quantity }] };
  return eventOf(world, { name: 'stock.returned', shelf, data, now });
}

function correct(world, now) {
  const shelf = pickByDemand(world, ({ onHand }) => onHand > 3);
  const reason = world.random.pick(['damaged', 'missing', 'found', 'damaged']);
  const delta = reason === 'found' ? world.random.integer(1, 2) : -world.random.integer(1, 3);
  shelf.onHand += delta;
  orderWhenLow(world, shelf, now);
  return eventOf(world, { name: 'stock.adjusted', shelf, data: { reason, lines: [{ line: 1, sku: shelf.sku, delta }] }, now });
}

function eventOf(world, { name, shelf, data, now }) {
  world.count += 1;
  return {
    specversion: '1.0',
    id: `demo-${world.run}-${world.count}`,
    source: shelf.source,
    type: `quayside.${name}.v1`,
    time: new Date(now).toISOString(),
    data: { location: shelf.location, ...data },
  };
}

function numbered(lines, describe) {
  return lines.map((line, index) => ({ line: index + 1, ...describe(line) }));
}

/** Mostly one or two pieces, now and then a dozen. */
function longTail(random) {
  return Math.min(1 + Math.floor(random.unit() ** -0.7 - 1), 12);
}

/** A shelf by its share of the demand among those that fit; among all when none does. */
function pickByDemand({ shelves, random }, fits) {
  const fitting = shelves.filter(fits);
  const candidates = fitting.length > 0 ? fitting : shelves;
  let rest = random.unit() * candidates.reduce((sum, { demand }) => sum + demand, 0);
  return candidates.find(({ demand }) => (rest -= demand) <= 0) ?? candidates.at(-1);
}
