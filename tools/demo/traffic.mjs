import { orderBook } from './orderBook.mjs';
import { createPlans } from './plans.mjs';
import { createRandom } from './random.mjs';
import { correct, count, scrap, sellOverTheCounter, takeBack, transfer } from './warehouseWork.mjs';
import { pickByDemand, receive, shelfKey } from './world.mjs';

const SECOND = 1000;
/** All delays below are of this rate; at another, as much longer or shorter, so that as many orders are open whatever the speed. */
const RATE_OF_DELAYS = 50;

/**
 * The demo's world: what it believes to be on each shelf, which orders are open, what is on its way, and what comes next.
 * Knows no clock: it is told the time and answers with the events that are due.
 * @param {{ shelves: readonly import('./network.mjs').Shelf[], seed: number, run: string, startsAt: number,
 *           eventsPerSecond: number, isHistory?: boolean, onHand?: ReadonlyMap<string, number>, orders?: readonly object[] }} given
 *        `run` goes into every id, so that no two runs of the demo share one; `startsAt` in ms since 1970;
 *        `onHand` is what is there now, by `shelfKey`, where it is known (default: the opening balance);
 *        `isHistory`: nothing planned happens, until `changeRate`;
 *        `orders` are those of an earlier run that are still open (orderBook.mjs)
 */
export function createTraffic({ shelves, seed, run, startsAt, eventsPerSecond, onHand = new Map(), orders = [], isHistory = false }) {
  const world = {
    random: createRandom(seed),
    run,
    count: 0,
    scale: RATE_OF_DELAYS / eventsPerSecond,
    shelves: shelves.map((shelf) => ({ ...shelf, onHand: onHand.get(shelfKey(shelf)) ?? shelf.opening, reserved: 0, isOrdered: false })),
    /** What has been decided and is yet to happen: { at, make(world, now) → event or null }. */
    due: [],
    /** Came back broken, and still lies there. */
    damaged: [],
    last: null,
    nextAt: startsAt,
  };
  world.byKey = new Map(world.shelves.map((shelf) => [shelfKey(shelf), shelf]));
  world.orders = orderBook(world, orders, startsAt);
  world.plans = isHistory ? { next: () => null } : createPlans(world, startsAt);
  return {
    /** All events up to this instant, oldest first; at most so many, the rest comes with the next call. */
    eventsUntil(now, { atMost }) {
      const events = [];
      while (events.length < atMost && world.nextAt <= now) {
        const event = nextEvent(world, world.nextAt);
        if (event) events.push(event);
        world.nextAt += pauseOf(world) * SECOND;
      }
      return events;
    },
    /** After a long pause the traffic goes on from now; it does not make up for what nobody could take. */
    skipTo(now) {
      world.nextAt = Math.max(world.nextAt, now);
    },
    /** Goes on at another rate: what is under way comes as much sooner or later. */
    changeRate(now, rate) {
      const ratio = RATE_OF_DELAYS / rate / world.scale;
      world.scale *= ratio;
      for (const task of world.due) task.at = now + (task.at - now) * ratio;
      world.plans = createPlans(world, now);
      world.nextAt = now;
    },
    get openOrderCount() {
      return world.orders.openCount;
    },
    get shelves() {
      return world.shelves;
    },
  };
}

/** Events come independently of each other: exponential pauses, cut so that a lull is not taken for a fault. Seconds. */
function pauseOf({ random, scale }) {
  const mean = scale / RATE_OF_DELAYS;
  return Math.min(-Math.log(1 - random.unit()) * mean, 10 * mean);
}

/** What is due first; else something of everyday. Null where there was nothing to do after all. */
function nextEvent(world, now) {
  const event = dueEvent(world, now) ?? world.plans.next(now) ?? everyday(world, now);
  if (event) world.last = event;
  return event;
}

function dueEvent(world, now) {
  for (;;) {
    const index = world.due.findIndex(({ at }) => at <= now);
    if (index === -1) return null;
    const event = world.due.splice(index, 1)[0].make(world, now);
    if (event) return event;
  }
}

const EVERYDAY = [
  [0.3, (world, now) => world.orders.place(now)],
  [0.2, sellOverTheCounter],
  [0.06, takeBack],
  [0.025, correct],
  [0.013, scrap],
  [0.015, count],
  [0.03, transfer],
  // A sender that was not sure sends the same again: it has no second effect.
  [0.01, (world) => world.last],
];

function everyday(world, now) {
  const total = EVERYDAY.reduce((sum, [weight]) => sum + weight, 0);
  let dice = world.random.unit() * total;
  for (const [weight, make] of EVERYDAY) {
    dice -= weight;
    if (dice <= 0) return make(world, now);
  }
  return receive(
    world,
    pickByDemand(world, () => true),
    now,
  );
}
