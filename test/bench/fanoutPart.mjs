import { readFileSync } from 'node:fs';
import { pause, waitUntil } from '@quayside/tools/host/wait.mjs';
import WebSocket from 'ws';
import { readCpuMs } from './cpu.mjs';
import { arrivalOf, levelAt } from './events.mjs';
import { makeGround, startService } from './ground.mjs';
import { quantile, spreadOf } from './spread.mjs';

const SERVICES = ['ingest', 'inventory', 'gateway'];
const CHANGES_PER_S = 200;
const BATCHES_PER_S = 20;
/** The largest first: the others leave from it. */
const READERS = [1_000, 100, 1];
const QUICK_READERS = [100, 1];
const GOALS = { 1_000: { atMost: 250 } };
const SECONDS = { full: 10, quick: 3 };
/** Whatever is not seen by everyone by then is lost. */
const SEEN_MS_MAX = 15_000;
const OPEN_AT_ONCE = 50;

const QUERY = `subscription {
  stockLevelChanges(options: { snapshot: false, coalesceMs: 50, heartbeatMs: 5000 }) { kind levels { version item { sku } location { code } } }
}`;

/**
 * As many live dashboards as that on one gateway, each reading every change of the whole network: from the answer 202 until the changed
 * level has arrived at a reader, over all readers; one clock, of the process that posts and reads. They all read in this process,
 * which takes its share of the two cores too.
 */
export async function measureFanout(run) {
  const ground = await makeGround(run, 'fanout');
  const services = await Promise.all(SERVICES.map((name) => startService(ground, name)));
  const [ingest, , gateway] = services;
  const token = ground.keys.makeTokens(new Date()).reader;
  const crowd = new Crowd(`${gateway.url.replace('http', 'ws')}/graphql`, token);
  try {
    await Promise.all(services.map((service) => service.ready()));
    const poster = new Arrivals(ingest.url, ground.keys.ingestKey, crowd);
    const pids = { gateway: gateway.pid };
    const rows = [];
    const counts = run.isQuick ? QUICK_READERS : READERS;
    await crowd.become(counts[0], run);
    await poster.send(run, run.isQuick ? 1 : 3); // the first documents are compiled, the first connections made
    for (const count of counts) {
      await crowd.become(count, run);
      rows.push(...(await measureReaders(run, count, { poster, pids })));
    }
    return rows;
  } finally {
    crowd.close();
    await Promise.all(services.map((service) => service.end()));
  }
}

async function measureReaders(run, count, { poster, pids }) {
  const seconds = run.isQuick ? SECONDS.quick : SECONDS.full;
  const rounds = [];
  for (let round = 0; round < run.rounds; round++) {
    const before = readCpuMs(pids);
    const waits = (await poster.send(run, seconds)).sort((a, b) => a - b);
    const after = readCpuMs(pids);
    const rssMb = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pids.gateway}/status`, 'utf8'))?.[1] ?? 0) / 1_024;
    rounds.push({ p50: quantile(waits, 0.5), p99: quantile(waits, 0.99), core: (after.gateway - before.gateway) / (seconds * 10), rssMb });
    run.progress.note(`  ${count} readers, round ${round + 1}: p50 ${rounds.at(-1).p50.toFixed(1)} ms, p99 ${rounds.at(-1).p99.toFixed(1)} ms`);
  }
  const name = `${count.toLocaleString('en')} reader${count === 1 ? '' : 's'}`;
  const row = (what, unit, pick, goal) => ({ what, unit, ...spreadOf(rounds.map(pick)), ...(goal === undefined ? {} : { goal }) });
  return [
    row(`fanout: ${name}, ${CHANGES_PER_S} changes/s, p99`, 'ms', ({ p99 }) => p99, GOALS[count]),
    row('  p50', 'ms', ({ p50 }) => p50),
    row('  CPU of gateway', '% of a core', ({ core }) => core),
    row('  memory of gateway', 'MB', ({ rssMb }) => rssMb),
  ];
}

/** Readers on sockets of their own, all of the same view. */
class Crowd {
  #sockets = [];
  fault = null;
  /** Told of each level that any reader has got. */
  onLevel = () => {};

  constructor(url, token) {
    this.url = url;
    this.token = token;
  }

  get size() {
    return this.#sockets.length;
  }

  async become(count, run) {
    for (const socket of this.#sockets.splice(count)) socket.close();
    while (this.#sockets.length < count) {
      run.signal.throwIfAborted();
      const more = Math.min(OPEN_AT_ONCE, count - this.#sockets.length);
      this.#sockets.push(...(await Promise.all(Array.from({ length: more }, () => this.#open()))));
    }
    await pause(500, run.signal);
  }

  close() {
    for (const socket of this.#sockets) socket.terminate();
  }

  #open() {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(this.url, 'graphql-transport-ws');
      socket.once('error', reject);
      socket.once('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${this.token}` } })));
      socket.on('message', (bytes) => {
        const at = performance.now();
        const message = JSON.parse(bytes);
        if (message.type === 'connection_ack') {
          socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: QUERY } }));
          socket.off('error', reject);
          socket.on('error', (cause) => (this.fault ??= cause));
          resolve(socket);
        } else if (message.type === 'ping') socket.send('{"type":"pong"}');
        else if (message.type === 'next') this.#take(message.payload, at);
        else if (message.type === 'error') this.fault ??= new Error(JSON.stringify(message.payload));
      });
    });
  }

  #take({ data, errors }, at) {
    if (errors !== undefined) this.fault ??= new Error(errors[0].message);
    else for (const level of data.stockLevelChanges.levels) this.onLevel(level, at);
  }
}

/** Posts arrivals on a fixed schedule, every level in turn, and gathers how long each took to each reader. */
class Arrivals {
  #count = 0;
  #versions = new Map();

  constructor(url, key, crowd) {
    this.url = `${url}/v1/events`;
    this.key = key;
    this.crowd = crowd;
  }

  /** All waits, ms, once everyone has seen everything. Throws where somebody has not. */
  async send(run, seconds) {
    const under = new Map();
    const waits = [];
    let missing = 0;
    this.crowd.onLevel = ({ version, item, location }, at) => {
      const event = under.get(`${location.code}/${item.sku}/${version}`);
      if (event === undefined) return;
      missing--;
      if (event.acceptedAt === null) event.early++;
      else waits.push(Math.max(0, at - event.acceptedAt));
    };
    const startedAt = performance.now();
    const posts = [];
    for (let batch = 0; batch < seconds * BATCHES_PER_S; batch++) {
      await pause(Math.max(0, startedAt + (batch * 1_000) / BATCHES_PER_S - performance.now()), run.signal);
      const events = Array.from({ length: CHANGES_PER_S / BATCHES_PER_S }, () => this.#next(under));
      missing += events.length * this.crowd.size;
      posts.push(this.#post(events, waits));
    }
    await Promise.all(posts);
    const isSeen = () => {
      if (this.crowd.fault !== null) throw this.crowd.fault;
      return missing === 0;
    };
    if (!(await waitUntil(isSeen, { timeoutMs: SEEN_MS_MAX, signal: run.signal }))) throw new Error(`${missing} messages were never seen`);
    return waits;
  }

  #next(under) {
    const number = this.#count++;
    const { location, sku } = levelAt(number);
    const version = (this.#versions.get(`${location}/${sku}`) ?? 0) + 1;
    this.#versions.set(`${location}/${sku}`, version);
    const event = { body: arrivalOf(number, `fan-${number}`), acceptedAt: null, early: 0 };
    under.set(`${location}/${sku}/${version}`, event);
    return event;
  }

  async #post(events, waits) {
    const response = await fetch(this.url, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.key}`, 'content-type': 'application/cloudevents-batch+json' },
      body: JSON.stringify(events.map(({ body }) => body)),
    });
    const at = performance.now();
    if (response.status !== 202) this.crowd.fault ??= new Error(`Ingest answered ${response.status}`);
    for (const event of events) {
      event.acceptedAt = at;
      // A message can arrive before the answer to the POST does: then there was nothing to wait for.
      for (let count = 0; count < event.early; count++) waits.push(0);
    }
  }
}
