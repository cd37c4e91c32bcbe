import { createDoor } from './demo/door.mjs';
import { buildNetwork } from './demo/network.mjs';
import { ORDER_SOURCE } from './demo/orderBook.mjs';
import { createTraffic } from './demo/traffic.mjs';
import { shelfKey } from './demo/world.mjs';
import { Failure, reportFailure } from './host/failure.mjs';
import { readInteger, readOptions } from './host/options.mjs';
import { abortOnSignals, Interrupted } from './host/shutdown.mjs';
import { pause } from './host/wait.mjs';

const USAGE = `node tools/demo.mjs [--speed N] [--seed N]

Posts believable warehouse traffic through ingest: N events a second (default 50), the story told by the seed.
Environment: INGEST_URL, INGEST_KEY, GRAPHQL_URL, OPERATOR_TOKEN (as in endpoints.json).`;

const SPEED_DEFAULT = 50;
const TICK_MS = 250;
/** The largest batch; also what is made up for at most when ingest was away. */
const BATCH_MAX = 500;
/** Told at the first start, so that there is something to look back at: this long ago, this many events. */
const HISTORY_MS = 5 * 86_400_000;
const HISTORY_EVENTS = 4_000;
/** A reorder point needs its level, and levels follow the opening balance within a moment. */
const POLICY_ATTEMPTS_MAX = 20;
const POLICY_PAUSE_MS = 1000;
const PAGE = 250;
/** Of an earlier run; more than this the demo never leaves. */
const ORDERS_MAX = 2_000;

async function main() {
  const { values } = readOptions(USAGE, { speed: { type: 'string' }, seed: { type: 'string' }, help: { type: 'boolean' } });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const eventsPerSecond = readInteger('speed', values.speed, { min: 1, max: 500 }) ?? SPEED_DEFAULT;
  const seed = readInteger('seed', values.seed, { min: 0, max: 4_294_967_295 }) ?? 1;
  const signal = abortOnSignals();
  const log = (text) => console.log(`${new Date().toISOString()} ${text}`);
  const door = createDoor({
    ingestUrl: required('INGEST_URL'),
    ingestKey: required('INGEST_KEY'),
    graphqlUrl: required('GRAPHQL_URL'),
    operatorToken: required('OPERATOR_TOKEN'),
    log,
    signal,
  });
  const { shelves, openingEvents } = buildNetwork();
  const before = await readLevels(door);
  await openBalances({ door, openingEvents, log });
  const story = { shelves, seed, run: Date.now().toString(36) };
  const traffic = before.size > 0 ? await goOn({ door, story, onHand: before, eventsPerSecond }) : await tellHistory({ door, story, eventsPerSecond, log });
  log(`${eventsPerSecond} events a second on ${shelves.length} shelves, seed ${seed}; ${traffic.openOrderCount} orders are open`);
  await Promise.all([runTraffic({ door, traffic, signal }), setReorderPoints({ door, shelves, log, signal })]);
}

/** The same events at every start: what was taken before is a repeat and changes nothing. */
async function openBalances({ door, openingEvents, log }) {
  const answer = await door.post(openingEvents);
  log(`opening balances of ${openingEvents.length} sites: ${answer?.status ?? 'no answer'}`);
}

/** A second start: shelves and orders as they are. */
async function goOn({ door, story, onHand, eventsPerSecond }) {
  return createTraffic({ ...story, startsAt: Date.now(), eventsPerSecond, onHand, orders: await readOpenOrders(door) });
}

/** The first start: some days of the same traffic, slowed down so that they hold a few thousand events; then it goes on at full speed. */
async function tellHistory({ door, story, eventsPerSecond, log }) {
  const now = Date.now();
  const rate = HISTORY_EVENTS / (HISTORY_MS / 1_000);
  const traffic = createTraffic({ ...story, startsAt: now - HISTORY_MS, eventsPerSecond: rate, isHistory: true });
  let count = 0;
  for (;;) {
    const events = traffic.eventsUntil(now, { atMost: BATCH_MAX });
    if (events.length > 0) await door.post(events);
    count += events.length;
    if (events.length < BATCH_MAX) break;
  }
  log(`${count} events of the last ${HISTORY_MS / 86_400_000} days`);
  traffic.changeRate(Date.now(), eventsPerSecond);
  return traffic;
}

/** What is really there, so that a second start goes on where the first one ended. */
async function readLevels(door) {
  const levels = new Map();
  for (let after = null; ;) {
    const data = await door.ask(
      'query ($after: String) { stockLevels(orderBy: SKU_ASC, first: 250, after: $after) { nodes { item { sku } location { code } sellable } pageInfo { hasNextPage endCursor } } }',
      { after },
    );
    for (const { item, location, sellable } of data?.stockLevels?.nodes ?? [])
      levels.set(shelfKey({ location: location.code, sku: item.sku }), Number(sellable));
    if (!data?.stockLevels?.pageInfo?.hasNextPage) return levels;
    after = data.stockLevels.pageInfo.endCursor;
  }
}

async function readOpenOrders(door) {
  const orders = [];
  for (let after = null; orders.length < ORDERS_MAX;) {
    const data = await door.ask(
      `query ($after: String) { orders(filter: { stages: [PLACED, RESERVED, PARTIALLY_RESERVED, BACKORDERED, HELD, PARTIALLY_SHIPPED] }, first: ${PAGE}, after: $after) {
         nodes { number source location { code } lines { number item { sku } reserved backordered open } } pageInfo { hasNextPage endCursor } } }`,
      { after },
    );
    for (const { number, source, location, lines } of data?.orders?.nodes ?? []) {
      if (source !== ORDER_SOURCE) continue;
      orders.push({
        number,
        location: location.code,
        lines: lines.map((line) => ({ line: line.number, sku: line.item.sku, left: line.reserved + line.backordered + line.open })),
      });
    }
    if (!data?.orders?.pageInfo?.hasNextPage) break;
    after = data.orders.pageInfo.endCursor;
  }
  return orders;
}

async function runTraffic({ door, traffic, signal }) {
  for (;;) {
    const events = traffic.eventsUntil(Date.now(), { atMost: BATCH_MAX });
    if (events.length > 0) await door.post(events);
    if (events.length === BATCH_MAX) traffic.skipTo(Date.now());
    await pause(TICK_MS, signal);
  }
}

const SET_POLICY = `mutation ($input: SetStockPolicyInput!) {
  setStockPolicy(input: $input) { userErrors { code message } }
}`;

async function setReorderPoints({ door, shelves, log, signal }) {
  for (const { sku, location, reorderPoint } of shelves.filter(({ isWatched }) => isWatched)) {
    const input = { item: { sku }, location: { code: location }, reorderPoint };
    await setReorderPoint({ door, input, log, signal });
  }
}

async function setReorderPoint({ door, input, log, signal }) {
  for (let attempt = 1; attempt <= POLICY_ATTEMPTS_MAX; attempt += 1) {
    const data = await door.ask(SET_POLICY, { input });
    const errors = data?.setStockPolicy?.userErrors;
    if (errors?.length === 0) return;
    if (attempt === POLICY_ATTEMPTS_MAX) log(`no reorder point for ${JSON.stringify(input)}: ${JSON.stringify(errors ?? data)}`);
    await pause(POLICY_PAUSE_MS, signal);
  }
}

function required(name) {
  if (process.env[name]) return process.env[name];
  throw new Failure({ what: `${name} is not set`, fix: USAGE, exitCode: 2 });
}

try {
  await main();
} catch (error) {
  if (!(error instanceof Interrupted)) process.exitCode = reportFailure(error);
}
