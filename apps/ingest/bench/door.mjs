// The door against a bare Fastify route with the same schema, side by side: node apps/ingest/bench/door.mjs [rounds] [seconds]
// Needs a build. Prints one line of JSON a shape: events a second of wall clock and of server CPU, min / median / max, and the shares.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { EXAMPLE_EVENTS } from '@quayside/standards';
import autocannon from 'autocannon';

const ROUNDS = Number(process.argv[2] ?? 5);
const SECONDS = Number(process.argv[3] ?? 4);
const CONNECTIONS = 16;
const KINDS = Object.values(EXAMPLE_EVENTS);

const SHAPES = {
  batches: { events: 100, contentType: 'application/cloudevents-batch+json', body: (next) => JSON.stringify(Array.from({ length: 100 }, next)) },
  singles: { events: 1, contentType: 'application/cloudevents+json', body: (next) => JSON.stringify(next()) },
};

const sides = { bare: await openSide('bare'), door: await openSide('door') };
for (const [name, shape] of Object.entries(SHAPES)) {
  for (const side of Object.values(sides)) await measure(side, shape, 2);
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++)
    rounds.push({ bare: await measure(sides.bare, shape, SECONDS), door: await measure(sides.door, shape, SECONDS) });
  const spread = (pick) => {
    const sorted = rounds.map(pick).sort((a, b) => a - b);
    return [sorted[0], sorted[sorted.length >> 1], sorted[sorted.length - 1]].map((value) => (value > 100 ? Math.round(value) : Number(value.toFixed(3))));
  };
  const line = {
    shape: name,
    bytesPerEvent: Math.round(shape.body(numbered()).length / shape.events),
    eventsPerS: { bare: spread((r) => r.bare.perS), door: spread((r) => r.door.perS) },
    eventsPerCpuS: { bare: spread((r) => r.bare.perCpuS), door: spread((r) => r.door.perCpuS) },
    share: { throughput: spread((r) => r.door.perS / r.bare.perS), cpu: spread((r) => r.door.perCpuS / r.bare.perCpuS) },
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
for (const { child } of Object.values(sides)) child.disconnect();

/** New ids each time: repeats are cheaper to answer, and no warehouse sends them all day. */
function numbered() {
  let count = 0;
  const run = Math.random().toString(36).slice(2, 8);
  return () => ({ ...KINDS[count % KINDS.length], id: `ev-${run}-${count++}` });
}

async function openSide(name) {
  const child = fork(fileURLToPath(new URL('server.mjs', import.meta.url)), [name], { execArgv: ['--max-semi-space-size=64'] });
  const { port } = await answerOf(child);
  return { child, port };
}

function answerOf(child) {
  return new Promise((resolve, reject) => {
    const fail = (code) => reject(new Error(`a side ended with ${code}`));
    child.once('exit', fail);
    child.once('message', (message) => {
      child.off('exit', fail);
      resolve(message);
    });
  });
}

async function cpuMs(child) {
  child.send('cpu');
  return (await answerOf(child)).cpuMs;
}

async function measure({ child, port }, shape, seconds) {
  const before = await cpuMs(child);
  const nextEvent = numbered();
  const requests = Array.from({ length: shape.events === 1 ? 20_000 : 600 }, () => ({ body: shape.body(nextEvent) }));
  const result = await autocannon({
    url: `http://127.0.0.1:${port}/v1/events`,
    method: 'POST',
    connections: CONNECTIONS,
    duration: seconds,
    headers: { authorization: 'Bearer qs_bench', 'content-type': shape.contentType },
    requests,
  });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${result.non2xx} refused, ${result.errors} broken`);
  const events = result['2xx'] * shape.events;
  const cpu = (await cpuMs(child)) - before;
  return { perS: events / result.duration, perCpuS: (events / cpu) * 1000 };
}
