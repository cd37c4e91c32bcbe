import { Agent, request } from 'node:http';
import { pause, waitUntil } from '@quayside/tools/host/wait.mjs';
import { perEvent } from './backlog.mjs';
import { readCpuMs } from './cpu.mjs';
import { arrivalOf, levelAt, LOCATIONS, SKUS } from './events.mjs';
import { makeGround, startService } from './ground.mjs';
import { followLevels } from './liveLevels.mjs';
import { quantile, spreadOf } from './spread.mjs';

const RATES = [
  { title: '100/s', batchEvents: 1, batchesPerS: 100, goals: { p50: { atMost: 15 }, p99: { atMost: 60 } } },
  { title: '5,000/s in batches of 100', batchEvents: 100, batchesPerS: 50, goals: { p99: { atMost: 150 } } },
];
const FULL = { seconds: 10, warmSeconds: 5 };
const QUICK = { seconds: 4, warmSeconds: 2 };
/** Whatever is not seen by then is lost. */
const SEEN_MS_MAX = 15_000;
const SOCKETS = 32;
const SERVICES = ['ingest', 'inventory', 'gateway'];

/**
 * From the answer 202 (and from the start of the POST) until the subscriber has the changed level, through ingest, Kafka,
 * inventory, `supply.changes` and the gateway, all real; one clock, of the process that posts and subscribes.
 * Posts leave on a fixed schedule whatever is still unanswered, so a stall is not hidden by posting less.
 */
export async function measureLatency(run) {
  const ground = await makeGround(run, 'latency');
  const services = await Promise.all(SERVICES.map((name) => startService(ground, name)));
  const [ingest, , gateway] = services;
  const watch = new Watch();
  const token = ground.keys.makeTokens(new Date()).reader;
  let live = null;
  try {
    await Promise.all(services.map((service) => service.ready()));
    live = followLevels({ url: gateway.url, token, onLevel: (level, at) => watch.see(level, at), onFault: (cause) => (watch.fault ??= cause) });
    await orFail(run, live.opened);
    const poster = new Poster(ingest.url, ground.keys.ingestKey, watch);
    const pids = { ...Object.fromEntries(SERVICES.map((name, index) => [name, services[index].pid])), ...run.stack.pids, 'this program': process.pid };
    const rows = [];
    for (const rate of RATES) rows.push(...(await measureRate(run, rate, { poster, watch, pids })));
    return rows;
  } finally {
    await live?.close();
    await Promise.all(services.map((service) => service.end()));
  }
}

async function measureRate(run, rate, { poster, watch, pids }) {
  const { seconds, warmSeconds } = run.isQuick ? QUICK : FULL;
  await runFor(run, rate, { poster, watch, seconds: warmSeconds });
  const rounds = [];
  for (let round = 0; round < run.rounds; round++) {
    const before = readCpuMs(pids);
    const facts = await runFor(run, rate, { poster, watch, seconds });
    rounds.push({ ...facts, cpuUs: perEvent(before, readCpuMs(pids), seconds * rate.batchesPerS * rate.batchEvents) });
    run.progress.note(`  ${rate.title}, round ${round + 1}: p50 ${facts.accepted.p50.toFixed(1)} ms, p99 ${facts.accepted.p99.toFixed(1)} ms`);
  }
  const row = (what, pick, goal) => ({ what, unit: 'ms', ...spreadOf(rounds.map(pick)), ...(goal === undefined ? {} : { goal }) });
  return [
    row(`latency: accepted → visible at ${rate.title}, p50`, ({ accepted }) => accepted.p50, rate.goals.p50),
    row(`latency: accepted → visible at ${rate.title}, p99`, ({ accepted }) => accepted.p99, rate.goals.p99),
    row('  posted → visible, p50', ({ posted }) => posted.p50),
    row('  posted → visible, p99', ({ posted }) => posted.p99),
    ...Object.keys(rounds[0].cpuUs ?? {}).map((name) => ({ ...row(`  CPU of ${name}`, ({ cpuUs }) => cpuUs[name]), unit: 'µs/event' })),
  ];
}

async function runFor(run, { batchEvents, batchesPerS }, { poster, watch, seconds }) {
  const startedAt = performance.now();
  const sent = [];
  for (let batch = 0; batch < seconds * batchesPerS; batch++) {
    const dueInMs = startedAt + (batch * 1000) / batchesPerS - performance.now();
    if (dueInMs > 0) await pause(dueInMs, run.signal);
    else await pause(0, run.signal); // behind the schedule: answers and messages still have to get in
    sent.push(...poster.post(batchEvents));
  }
  const isThrough = () => {
    if (watch.fault !== null) throw watch.fault;
    return sent.every((event) => event.seenAt !== null && event.acceptedAt !== null);
  };
  if (!(await waitUntil(isThrough, { timeoutMs: SEEN_MS_MAX, signal: run.signal })))
    throw new Error(`${sent.filter(({ seenAt }) => seenAt === null).length} of ${sent.length} events were never seen by the subscriber`);
  return {
    // The message can arrive before the answer to the POST does: then there was nothing to wait for.
    accepted: percentilesOf(sent.map(({ acceptedAt, seenAt }) => Math.max(seenAt - acceptedAt, 0))),
    posted: percentilesOf(sent.map(({ postedAt, seenAt }) => seenAt - postedAt)),
  };
}

function percentilesOf(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) };
}

/** Events that are under way, by the level and the version that each of them makes. */
class Watch {
  fault = null;
  #waiting = new Map();
  #versions = new Map();

  expect({ location, sku }, event) {
    const key = `${location}/${sku}`;
    const version = (this.#versions.get(key) ?? 0) + 1;
    this.#versions.set(key, version);
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) this.#waiting.set(key, [{ version, event }]);
    else waiting.push({ version, event });
  }

  /** A level shows its version and all before it. */
  see({ version, item, location }, at) {
    const key = `${location.code}/${item.sku}`;
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return;
    while (waiting.length > 0 && waiting[0].version <= version) waiting.shift().event.seenAt = at;
    if (waiting.length === 0) this.#waiting.delete(key);
  }
}

/** Posts arrivals as a warehouse would, over kept connections; every level in turn, so that one comes again only after all others. */
class Poster {
  #count = 0;
  #agent = new Agent({ keepAlive: true, maxSockets: SOCKETS });

  constructor(ingestUrl, key, watch) {
    this.url = `${ingestUrl}/v1/events`;
    this.key = key;
    this.watch = watch;
  }

  /** Begins a POST; the events' `acceptedAt` and `seenAt` come to be filled in. */
  post(count) {
    const events = Array.from({ length: count }, () => {
      const number = this.#count++;
      return { number, body: arrivalOf(number % (LOCATIONS.length * SKUS), `ev-${number}`), postedAt: 0, acceptedAt: null, seenAt: null };
    });
    const body = JSON.stringify(count === 1 ? events[0].body : events.map((event) => event.body));
    for (const event of events) this.watch.expect(levelAt(event.number), event);
    const type = count === 1 ? 'application/cloudevents+json' : 'application/cloudevents-batch+json';
    const headers = { authorization: `Bearer ${this.key}`, 'content-type': type, 'content-length': Buffer.byteLength(body) };
    const postedAt = performance.now();
    for (const event of events) event.postedAt = postedAt;
    const fail = (cause) => (this.watch.fault ??= cause);
    const posting = request(this.url, { method: 'POST', agent: this.#agent, headers }, (response) => {
      const acceptedAt = performance.now();
      response.resume();
      if (response.statusCode !== 202) fail(new Error(`Ingest answered ${response.statusCode}`));
      for (const event of events) event.acceptedAt = acceptedAt;
    });
    posting.on('error', fail);
    posting.end(body);
    return events;
  }
}

/** Waits for what cannot be asked for. */
async function orFail(run, promise) {
  const late = pause(SEEN_MS_MAX, run.signal).then(() => Promise.reject(new Error('The subscription did not open')));
  await Promise.race([promise, late]);
  late.catch(() => {}); // It has lost the race.
}
