import { mkdirSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { resolve } from 'node:path';
import { buildPackages } from '@quayside/tools/host/build.mjs';
import { Failure, reportFailure } from '@quayside/tools/host/failure.mjs';
import { cacheOf } from '@quayside/tools/host/home.mjs';
import { installPackages, mustHaveNode } from '@quayside/tools/host/install.mjs';
import { planPorts, STACK_PORTS } from '@quayside/tools/host/portPlan.mjs';
import { createProgress, runStep } from '@quayside/tools/host/progress.mjs';
import { abortOnSignals, exitCodeOf, Interrupted } from '@quayside/tools/host/shutdown.mjs';
import { pause } from '@quayside/tools/host/wait.mjs';
import { ROOT } from '@quayside/tools/root.mjs';
import { chooseStack, fetchAhead } from '@quayside/tools/stack/bringUp.mjs';
import { bringUpWithProgress } from '@quayside/tools/stack/withProgress.mjs';
import { makeTestFolder, removeAbandonedFolders } from '@quayside/tools/test/folder.mjs';
import { readBusyCores } from './cpu.mjs';
import { showTable } from './table.mjs';

/** Each is loaded when its turn comes: they import what the build has made. */
const PARTS = {
  processor: async (run) => (await import('./processorPart.mjs')).measureProcessor(run),
  ingest: async (run) => (await import('./ingestPart.mjs')).measureIngest(run),
  latency: async (run) => (await import('./latencyPart.mjs')).measureLatency(run),
  queries: async (run) => (await import('./queriesPart.mjs')).measureQueries(run),
  fanout: async (run) => (await import('./fanoutPart.mjs')).measureFanout(run),
  growth: async (run) => (await import('./growthPart.mjs')).measureGrowth(run),
  'as-of': async (run) => (await import('./asOfPart.mjs')).measureAsOf(run),
};

const USAGE = `npm run bench [-- options]

  --only PART,…           of ${Object.keys(PARTS).join(', ')} (default all; with --quick all but growth)
  --rounds N              measured side by side, at least 1 (default 5; 2 with --quick)
  --quick                 smaller and shorter, under two minutes: for CI, where the figures mean little
  --profile FOLDER        writes a .cpuprofile of every service that is measured
  --stack docker|native   where Kafka, PostgreSQL and Redis come from
  --help                  this text`;

/** Goals are for 5 rounds or more; CI wants to see that it runs. */
const ROUNDS = 5;
const QUICK_ROUNDS = 2;
/** Growth brings up a ground for each size, which alone takes a minute. */
const QUICK_PARTS = ['processor', 'ingest', 'latency', 'queries', 'fanout', 'as-of'];
const PORT_BASE = 21_000 + (process.pid % 500) * 20;

/**
 * What the parts get.
 * @typedef {{ home: string, temporary: string, signal: AbortSignal, progress: object, rounds: number, isQuick: boolean, profileFolder: string | null,
 *             stack: { kafka: string, redis: string, postgres: string, pids: Record<string, number> }, closers: (() => Promise<void>)[] }} Run
 */

async function main() {
  const options = readOptions(process.argv.slice(2));
  if (options.wantsHelp) {
    console.log(USAGE);
    return 0;
  }
  mustHaveNode();
  const signal = abortOnSignals();
  await removeAbandonedFolders();
  const folder = makeTestFolder();
  try {
    return await onStack({ ...options, home: folder.home, temporary: folder.temporary, signal, progress: createProgress(), closers: [] });
  } finally {
    await folder.remove();
  }
}

async function onStack(run) {
  const { home, signal, progress, forced } = run;
  const { ports, release, releaseAll } = await planPorts({ home, base: PORT_BASE, names: STACK_PORTS });
  try {
    const context = { root: ROOT, home, cache: cacheOf(ROOT), ports, signal, releasePort: release };
    const kind = await chooseStack(context, { forced });
    await runStep(progress, 'npm install', () => installPackages({ root: ROOT, signal, home }));
    await fetchAhead(context, kind);
    const [stack] = await Promise.all([
      bringUpWithProgress(progress, context, kind),
      runStep(progress, 'build', () => buildPackages({ root: ROOT, signal, home })),
    ]);
    const pids = Object.fromEntries(Object.values(stack.parts).map((part) => [part.name, part.pid()]));
    try {
      return await measureAll({ ...run, stack: { kafka: stack.kafka, redis: stack.redis, postgres: stack.postgres, pids } });
    } finally {
      await Promise.allSettled(run.closers.map((close) => close()));
      await stack.stop();
    }
  } finally {
    await releaseAll();
  }
}

async function measureAll(run) {
  const rows = [];
  const loads = [];
  for (const name of run.parts) {
    const load = await showLoad(run);
    loads.push(`${name}: ${load}`);
    run.progress.note(`Measuring ${name}, rounds: ${run.rounds} (before it: ${load})`);
    rows.push(...(await PARTS[name](run)));
  }
  console.log(`\n${new Date().toISOString()}, npm run bench${showArguments()}`);
  console.log(describeMachine());
  console.log(`What else ran, just before each part: ${loads.join('; ')}`);
  console.log(`${run.rounds} rounds${run.isQuick ? ', the short form: too short for figures to be relied on' : ''}; the median is held against the goal\n`);
  console.log(showTable(rows));
  return 0;
}

/** Our own services do nothing at this moment: what is busy are others. */
async function showLoad({ signal }) {
  const busy = await readBusyCores((ms) => pause(ms, signal));
  const load = loadavg()[0].toFixed(1);
  return busy === null ? `load ${load}` : `${busy.toFixed(1)} cores busy, load ${load}`;
}

function describeMachine() {
  const all = cpus();
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return `${all.length} cores (${all[0]?.model ?? 'unknown'}), ${gigabytes} GB, Node ${process.versions.node}; Kafka, PostgreSQL, Redis, services and this program share them`;
}

const showArguments = () => (process.argv.length > 2 ? ` -- ${process.argv.slice(2).join(' ')}` : '');

function readOptions(args) {
  const given = new Map();
  const flags = new Set(['--quick', '--help']);
  const valued = new Set(['--only', '--rounds', '--profile', '--stack']);
  for (let at = 0; at < args.length; at++) {
    if (flags.has(args[at])) given.set(args[at], true);
    else if (valued.has(args[at]) && args[at + 1] !== undefined) given.set(args[at], args[++at]);
    else throw wrong(args[at]);
  }
  const isQuick = given.has('--quick');
  const rounds = Number(given.get('--rounds') ?? (isQuick ? QUICK_ROUNDS : ROUNDS));
  const parts = given.get('--only')?.split(',') ?? (isQuick ? QUICK_PARTS : Object.keys(PARTS));
  const forced = given.get('--stack');
  if (!Number.isInteger(rounds) || rounds < 1) throw wrong('--rounds');
  if (!parts.every((part) => Object.hasOwn(PARTS, part))) throw wrong('--only');
  if (forced !== undefined && forced !== 'docker' && forced !== 'native') throw wrong('--stack');
  return { isQuick, rounds, parts, forced, profileFolder: profileFolderOf(given.get('--profile')), wantsHelp: given.has('--help') };
}

function profileFolderOf(given) {
  if (given === undefined) return null;
  const folder = resolve(given);
  mkdirSync(folder, { recursive: true });
  return folder;
}

const wrong = (option) => new Failure({ what: `${option} makes no sense like this`, fix: USAGE, exitCode: 2 });

try {
  process.exitCode = await main();
} catch (error) {
  process.exitCode = error instanceof Interrupted ? exitCodeOf(error.signal) : reportFailure(error);
}
// The Kafka clients keep timers that nothing waits for any more.
process.exit();
