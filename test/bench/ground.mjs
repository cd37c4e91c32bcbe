import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { topicName } from '@quayside/contracts';
import { ensureTopics } from '@quayside/kafka';
import kafkajs from 'kafkajs';
import pg from 'pg';
import { logPath, endRecorded, spawnRecorded } from '@quayside/tools/host/processes.mjs';
import { tailLog } from '@quayside/tools/host/logs.mjs';
import { pause, waitUntil } from '@quayside/tools/host/wait.mjs';
import { migrate } from '@quayside/tools/prisma/migrate.mjs';
import { ROOT } from '@quayside/tools/root.mjs';
import { openKeys } from '@quayside/tools/start/keys.mjs';
import { planServices } from '@quayside/tools/start/services.mjs';

/** Records of one partition in one send: kafkajs copies the partition's array for every message. */
const SEND_RECORDS = 100;
const READY_MS_MAX = 60_000;

let count = 0;

/**
 * A piece of the stack of its own: schema, topics, Redis keys, and the services that run on it.
 * @param {import('./run.mjs').Run} run
 */
export async function makeGround(run, name) {
  const unique = `bench_${name}_${++count}`;
  await setUp(run, unique);
  const environment = environmentOf(run, unique);
  const folder = join(run.home, unique);
  mkdirSync(folder);
  const pool = new pg.Pool({ connectionString: run.stack.postgres, options: `-c search_path=${unique}`, max: 2 });
  pool.on('error', () => {}); // At the end Postgres may be gone before the pool; every query has its own news.
  const kafka = new kafkajs.Kafka({ brokers: [run.stack.kafka], clientId: 'bench', logLevel: kafkajs.logLevel.NOTHING });
  const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
  const ground = { run, name: unique, environment, pool, producer, keys: openKeys(folder), events: topicName(`${unique}.`, 'events') };
  const close = async () => {
    await pool.end();
    await producer.disconnect();
  };
  run.closers.push(close);
  return ground;
}

const TOPIC_TRIES_MAX = 5;

/** As tools/setup.mjs does, but for one thing: a busy broker answers UNKNOWN_TOPIC_OR_PARTITION for a topic that it has only just made; it is asked again. */
async function setUp({ stack, signal }, unique) {
  const schemaPath = join(ROOT, 'prisma', 'schema.prisma');
  await migrate({ databaseUrl: stack.postgres, schema: unique, schemaPath, migrationsFolder: join(ROOT, 'prisma', 'migrations') });
  for (let attempt = 1; ; attempt++) {
    try {
      return await ensureTopics({ brokers: [stack.kafka], prefix: `${unique}.` });
    } catch (cause) {
      if (attempt === TOPIC_TRIES_MAX) throw cause;
      await pause(500, signal);
    }
  }
}

const environmentOf = ({ stack }, unique) => ({
  KAFKA_BROKERS: stack.kafka,
  REDIS_URL: stack.redis,
  DATABASE_URL: stack.postgres,
  QUAYSIDE_SCHEMA: unique,
  QUAYSIDE_TOPIC_PREFIX: `${unique}.`,
  QUAYSIDE_REDIS_PREFIX: `${unique}:`,
  LOG_LEVEL: 'warn',
});

/**
 * Appends records to `supply.events` past the door.
 * @param {readonly { partition: number, key: string, value: string }[]} records
 */
export async function append({ run, producer, events }, records) {
  const byPartition = Map.groupBy === undefined ? groupByPartition(records) : Map.groupBy(records, (record) => record.partition);
  const columns = [...byPartition.values()];
  const longest = Math.max(...columns.map((column) => column.length));
  for (let from = 0; from < longest; from += SEND_RECORDS) {
    run.signal.throwIfAborted();
    const messages = columns.flatMap((column) => column.slice(from, from + SEND_RECORDS));
    await producer.send({ topic: events, acks: -1, messages });
  }
}

function groupByPartition(records) {
  const groups = new Map();
  for (const record of records) {
    const group = groups.get(record.partition);
    if (group === undefined) groups.set(record.partition, [record]);
    else group.push(record);
  }
  return groups;
}

/**
 * Starts a service of the product as `npm start` does, with the same flags, and does not wait for it.
 * @returns {Promise<{ pid: number, url: string, ready: () => Promise<void>, end: () => Promise<void> }>}
 */
export async function startService(ground, service) {
  const { run, keys, environment } = ground;
  const { home, signal } = run;
  const port = await freePort();
  const stack = { kind: 'environment', kafka: run.stack.kafka, redis: run.stack.redis, postgres: run.stack.postgres };
  const plans = planServices({ root: ROOT, stack, ports: { [service]: port }, keys, inventoryCount: 1, hasDashboard: false });
  const plan = plans.find((each) => each.name === service);
  const name = `${ground.name}-${service}`;
  const profiling = run.profileFolder === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${run.profileFolder}`, `--cpu-prof-name=${name}-${port}.cpuprofile`];
  const child = spawnRecorded({ home, name, command: process.execPath, args: [...profiling, ...plan.args], env: { ...plan.env, ...environment }, signal });
  const isReady = async () => {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}:\n${tailLog(logPath(home, name))}`);
    return answersReady(plan.healthUrl);
  };
  return {
    pid: child.pid,
    url: plan.url,
    ready: async () => {
      if (!(await waitUntil(isReady, { timeoutMs: READY_MS_MAX, everyMs: 50, signal })))
        throw new Error(`${name} is not ready:\n${tailLog(logPath(home, name))}`);
    },
    end: async () => void (await endRecorded(home, name)),
  };
}

async function answersReady(url) {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(3_000) })).status === 200;
  } catch {
    return false; // It does not listen yet.
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
