import { createDoor } from './demo/door.mjs';
import { buildNetwork } from './demo/network.mjs';
import { createTraffic, shelfKey } from './demo/traffic.mjs';
import { Failure, reportFailure } from './host/failure.mjs';
import { readInteger, readOptions } from './host/options.mjs';
import { abortOnSignals, Interrupted } from './host/shutdown.mjs';
import { pause } from './host/wait.mjs';

const USAGE = `node tools/demo.mjs [--speed N] [--seed N]

Posts believable warehouse traffic through ingest: N events a second (default 5), the story told by the seed.
Environment: INGEST_URL, INGEST_KEY, GRAPHQL_URL, OPERATOR_TOKEN (as in endpoints.json).`;

const SPEED_DEFAULT = 5;
const TICK_MS = 250;
/** The largest batch; also what is made up for at most when ingest was away. */
const BATCH_MAX = 200;
/** A reorder point needs its level, and levels follow the opening balance within a moment. */
const POLICY_ATTEMPTS_MAX = 20;
const POLICY_PAUSE_MS = 1000;

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
  await openBalances({ door, openingEvents, log });
  const startsAt = Date.now();
  const onHand = await readLevels(door);
  const traffic = createTraffic({ shelves, seed, run: startsAt.toString(36), startsAt, eventsPerSecond, onHand });
  log(`${eventsPerSecond} events a second on ${shelves.length} shelves, seed ${seed}`);
  await Promise.all([runTraffic({ door, traffic, signal }), setReorderPoints({ door, shelves, log, signal })]);
}

/** The same events at every start: what was taken before is a repeat and changes nothing. */
async function openBalances({ door, openingEvents, log }) {
  const answer = await door.post(openingEvents);
  log(`opening balances of ${openingEvents.length} sites: ${answer?.status ?? 'no answer'}`);
}

/** What is really there, so that a second start goes on where the first one ended. */
async function readLevels(door) {
  const data = await door.ask('{ stockLevels(first: 150) { nodes { item { sku } location { code } onHand } } }');
  const nodes = data?.stockLevels?.nodes ?? [];
  return new Map(nodes.map(({ item, location, onHand }) => [shelfKey({ location: location.code, sku: item.sku }), Number(onHand)]));
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
