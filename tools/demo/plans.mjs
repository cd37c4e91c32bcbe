import { eventOf, free, later, pickByDemand, take } from './world.mjs';

const SECOND = 1000;
/** What is planned beside the everyday traffic, so that whoever looks soon sees it happen: first and then every so many seconds (real ones, whatever the speed). */
const PLANS = [
  { firstS: 4, everyS: 300, make: forget },
  { firstS: 6, everyS: 180, make: oversell },
  { firstS: 8, everyS: 1_800, make: dateAhead },
  { firstS: 10, everyS: 90, make: rush },
  { firstS: 12, everyS: 45, make: shrink },
  { firstS: 15, everyS: 60, make: returnWithoutOrder },
  { firstS: 20, everyS: 240, make: runDry },
];

/** What is planned, each at its own time. */
export function createPlans(world, startsAt) {
  const plans = PLANS.map((plan) => ({ ...plan, at: startsAt + plan.firstS * SECOND }));
  return {
    next(now) {
      const plan = plans.find(({ at }) => at <= now);
      if (plan === undefined) return null;
      plan.at = now + plan.everyS * SECOND;
      return plan.make(world, now);
    },
  };
}

/** Planned times are real ones; `later` takes those of the rate that delays are of. */
const realS = (world, seconds) => seconds / world.scale;

/** An order that lies somewhere: its promise passes, and nobody ships it for minutes. */
function forget(world, now) {
  return world.orders.place(now, { promisedInS: realS(world, 15), pickInS: realS(world, 280) });
}

/** Goods that were promised turn out to be broken: more is promised than there is, until new ones come. */
function oversell(world, now) {
  const shelf = pickByDemand(world, ({ kind, onHand, isWatched, isOrdered }) => kind === 'warehouse' && isWatched && !isOrdered && onHand > 0);
  const delta = -Math.max(1, shelf.onHand - 1);
  // No delivery at once: somebody should see it.
  shelf.onHand += delta;
  shelf.isOrdered = true;
  later(world, now, realS(world, 50), (then, at) => {
    shelf.isOrdered = false;
    const quantity = Math.max(shelf.opening - shelf.onHand, 6);
    shelf.onHand += quantity;
    return eventOf(then, {
      name: 'stock.received',
      shelf,
      data: { purchaseOrder: `PO-${then.run}-${then.count}`, lines: [{ line: 1, sku: shelf.sku, quantity }] },
      now: at,
    });
  });
  return eventOf(world, {
    name: 'stock.adjusted',
    shelf,
    data: { reason: 'damaged', document: 'leaking pallet', lines: [{ line: 1, sku: shelf.sku, delta }] },
    now,
  });
}

/** A scanner whose clock is two days ahead: set aside, with the reason. */
function dateAhead(world, now) {
  const shelf = pickByDemand(world, ({ kind }) => kind === 'warehouse');
  const event = eventOf(world, {
    name: 'stock.received',
    shelf,
    data: { purchaseOrder: `PO-${world.run}-ahead`, lines: [{ line: 1, sku: shelf.sku, quantity: 6 }] },
    now,
  });
  return { ...event, time: new Date(now + 2 * 86_400 * SECOND).toISOString() };
}

/** A big order takes a watched item below its reorder point; the delivery that it causes brings it back. */
function rush(world, now) {
  const shelf = pickByDemand(world, ({ isWatched, kind, onHand, reorderPoint }) => isWatched && kind === 'shop' && onHand > reorderPoint);
  const quantity = Math.max(1, shelf.onHand - Math.ceil(shelf.reorderPoint / 2));
  take(world, shelf, quantity, now);
  return eventOf(world, { name: 'stock.shipped', shelf, data: { lines: [{ line: 1, sku: shelf.sku, quantity }] }, now });
}

/** One dear item at one place gets less by ones, always by the same hand. */
function shrink(world, now) {
  const shelf = world.shelves.find(({ location, isWatched }) => location === 'DC-2' && isWatched);
  if (shelf === undefined || shelf.onHand < 2) return null;
  take(world, shelf, 1, now);
  return eventOf(world, {
    name: 'stock.adjusted',
    shelf,
    data: { reason: 'missing', actor: 'handheld-17', lines: [{ line: 1, sku: shelf.sku, delta: -1 }] },
    now,
  });
}

/** Somebody brings back, again and again, what he never bought here. */
function returnWithoutOrder(world, now) {
  const shelf = world.shelves.find(({ location, isWatched }) => location === 'SHOP-1' && isWatched);
  if (shelf === undefined) return null;
  shelf.onHand += 1;
  return eventOf(world, {
    name: 'stock.returned',
    shelf,
    data: { condition: 'sellable', reason: 'no receipt, customer C-6666', lines: [{ line: 1, sku: shelf.sku, quantity: 1 }] },
    now,
  });
}

/** One item is sold faster than it comes: orders wait for it until its delivery serves them, the one placed first first. */
function runDry(world, now) {
  const candidates = world.shelves.filter((shelf) => shelf.kind === 'warehouse' && !shelf.isOrdered && free(shelf) > 0 && shelf.opening < 60);
  if (candidates.length === 0) return null;
  const shelf = world.random.pick(candidates);
  const quantity = Math.max(1, free(shelf));
  shelf.onHand -= quantity;
  shelf.isOrdered = true;
  for (const inS of [1, 3, 6, 10]) {
    later(world, now, realS(world, inS), (then, at) =>
      then.orders.place(at, { pick: (other) => other === shelf, promisedInS: realS(then, 200), pickInS: realS(then, 20) }),
    );
  }
  later(world, now, realS(world, 150), (then, at) => {
    shelf.isOrdered = false;
    const more = shelf.opening - shelf.onHand;
    shelf.onHand += more;
    return eventOf(then, {
      name: 'stock.received',
      shelf,
      data: { purchaseOrder: `PO-${then.run}-${then.count}`, lines: [{ line: 1, sku: shelf.sku, quantity: more }] },
      now: at,
    });
  });
  return eventOf(world, { name: 'stock.shipped', shelf, data: { carrier: 'collected', lines: [{ line: 1, sku: shelf.sku, quantity }] }, now });
}
