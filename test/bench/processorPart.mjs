import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { drainBacklog, mustHaveApplied, perEvent } from './backlog.mjs';
import { readCpuMs } from './cpu.mjs';
import { eventSource } from './events.mjs';
import { append, makeGround } from './ground.mjs';
import { spreadOf } from './spread.mjs';

const FULL = { batched: 120_000, oneByOne: 2_000 };
const QUICK = { batched: 25_000, oneByOne: 400 };
const SEED = 1;
const ONE_BY_ONE_MS_MAX = 5 * 60_000;

/**
 * Inventory as it is shipped, one process, against one event at a time over events of the same making: from the topic to
 * events, ledger, levels and outcomes in Postgres, Redis, and changes published.
 */
export async function measureProcessor(run) {
  const counts = run.isQuick ? QUICK : FULL;
  const sides = { batched: await makeSide(run, 'batched'), oneByOne: await makeSide(run, 'one') };
  const rounds = [];
  for (let round = 0; round < run.rounds; round++) {
    const batched = await drainBacklog(sides.batched.ground, sides.batched.take(counts.batched));
    const oneByOne = await drainOneByOne(sides.oneByOne.ground, sides.oneByOne.take(counts.oneByOne));
    rounds.push({ batched, oneByOne });
    run.progress.note(`  round ${round + 1}: ${Math.round(batched.perS)} events/s in batches, ${Math.round(oneByOne.perS)} one by one`);
  }
  await mustHaveApplied(sides.batched.ground, counts.batched * run.rounds);
  await mustHaveApplied(sides.oneByOne.ground, counts.oneByOne * run.rounds);
  return rowsOf(rounds, counts);
}

async function makeSide(run, name) {
  const next = eventSource({ seed: SEED });
  return { ground: await makeGround(run, name), take: (count) => Array.from({ length: count }, next) };
}

async function drainOneByOne(ground, records) {
  await append(ground, records);
  const { environment, run } = ground;
  const settings = {
    brokers: environment.KAFKA_BROKERS,
    prefix: environment.QUAYSIDE_TOPIC_PREFIX,
    databaseUrl: environment.DATABASE_URL,
    schema: environment.QUAYSIDE_SCHEMA,
    redisUrl: environment.REDIS_URL,
    count: records.length,
  };
  const child = fork(fileURLToPath(new URL('oneByOne.mjs', import.meta.url)), [JSON.stringify(settings)], { env: { ...process.env, TMPDIR: run.temporary } });
  const pids = { node: child.pid, ...run.stack.pids };
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    await answerOf(child, 'first', run.signal);
    const before = readCpuMs(pids);
    const { perS } = await answerOf(child, 'last', run.signal);
    return { perS, cpuUs: perEvent(before, readCpuMs(pids), records.length) };
  } finally {
    // It leaves its group first, so that the next round need not wait for its session to end.
    if (child.connected) child.send({ kind: 'end' });
    await ended;
  }
}

function answerOf(child, kind, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => settle(() => reject(new Error(`One by one was not through within ${ONE_BY_ONE_MS_MAX / 1000} s`))), ONE_BY_ONE_MS_MAX);
    const onMessage = (message) => message.kind === kind && settle(() => resolve(message));
    const onExit = (code) => settle(() => reject(new Error(`One by one ended with ${code}`)));
    const onAbort = () => settle(() => reject(signal.reason));
    const settle = (finish) => {
      clearTimeout(timer);
      child.off('message', onMessage).off('exit', onExit);
      signal.removeEventListener('abort', onAbort);
      finish();
    };
    child.on('message', onMessage).on('exit', onExit);
    signal.addEventListener('abort', onAbort);
  });
}

function rowsOf(rounds, counts) {
  const rows = [
    {
      what: 'processor: inventory against one by one',
      unit: '×',
      ...spreadOf(rounds.map(({ batched, oneByOne }) => batched.perS / oneByOne.perS)),
      goal: { atLeast: 20 },
    },
    { what: `  inventory, backlog of ${counts.batched.toLocaleString('en')}`, unit: 'events/s', ...spreadOf(rounds.map(({ batched }) => batched.perS)) },
    { what: `  one by one, backlog of ${counts.oneByOne.toLocaleString('en')}`, unit: 'events/s', ...spreadOf(rounds.map(({ oneByOne }) => oneByOne.perS)) },
  ];
  return [
    ...rows,
    ...cpuRows(
      'inventory',
      rounds.map(({ batched }) => batched.cpuUs),
    ),
    ...cpuRows(
      'one by one',
      rounds.map(({ oneByOne }) => oneByOne.cpuUs),
    ),
  ];
}

function cpuRows(side, readings) {
  if (readings.some((reading) => reading === null)) return [];
  return Object.keys(readings[0]).map((name) => ({
    what: `  ${side}: CPU of ${name === 'inventory' ? 'node' : name}`,
    unit: 'µs/event',
    ...spreadOf(readings.map((reading) => reading[name])),
  }));
}
