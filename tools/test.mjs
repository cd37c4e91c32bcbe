import { join } from 'node:path';
import { generatePrismaClient } from './generate.mjs';
import { buildPackages } from './host/build.mjs';
import { Failure, reportFailure } from './host/failure.mjs';
import { readJson } from './host/files.mjs';
import { cacheOf } from './host/home.mjs';
import { installPackages, mustHaveNode } from './host/install.mjs';
import { planPorts, STACK_PORTS } from './host/portPlan.mjs';
import { createProgress, runStep } from './host/progress.mjs';
import { abortOnSignals, exitCodeOf, Interrupted } from './host/shutdown.mjs';
import { ROOT } from './root.mjs';
import { chooseStack, fetchAhead, writeStackFile } from './stack/bringUp.mjs';
import { bringUpWithProgress } from './stack/withProgress.mjs';
import { makeTestFolder, removeAbandonedFolders } from './test/folder.mjs';
import { runJest } from './test/jest.mjs';
import { addUp, closingLine, summarize, withFailure } from './test/summary.mjs';

const USAGE = `npm test [-- options]

  --unit                  only the tests of single packages, which need no Kafka, PostgreSQL or Redis
  --verify                the long proofs only (test/verify), instead of the suite
  --stack docker|native   where those three come from
  --help                  this text
Everything else goes to jest, for example: npm test -- --testPathPatterns fence`;

/** Below the ports that systems give to outgoing connections, and spread, so that two runs seldom meet. */
const TEST_PORT_BASE = 21_000 + (process.pid % 500) * 20;

async function main() {
  const { isUnit, isVerify, forced, jestArguments, wantsHelp } = readArguments(process.argv.slice(2));
  if (wantsHelp) {
    console.log(USAGE);
    return 0;
  }
  mustHaveNode();
  const signal = abortOnSignals();
  await removeAbandonedFolders();
  const folder = makeTestFolder();
  try {
    const run = { ...folder, signal, isVerify, jestArguments, forced, cache: cacheOf(ROOT), progress: createProgress() };
    return await (isUnit ? testUnits(run) : testEverything(run));
  } finally {
    await folder.remove();
  }
}

async function testUnits(run) {
  await install(run);
  await generatePrismaClient({ signal: run.signal });
  return runTests(run, { projects: [UNITS], env: {} });
}

async function testEverything(run) {
  const { home, cache, signal, progress, forced, isVerify } = run;
  const { ports, release, releaseAll } = await planPorts({ home, base: TEST_PORT_BASE, names: STACK_PORTS });
  try {
    const context = { root: ROOT, home, cache, ports, signal, releasePort: release };
    const kind = await chooseStack(context, { forced });
    await Promise.all([install(run), fetchAhead(context, kind)]);
    const [stack] = await Promise.all([bringUpWithProgress(progress, context, kind), build(run)]);
    const stackFile = join(home, 'stack.json');
    writeStackFile(stackFile, context, stack);
    const servers = { KAFKA_BROKERS: stack.kafka, REDIS_URL: stack.redis, DATABASE_URL: stack.postgres };
    try {
      return await runTests(run, { projects: isVerify ? [PROOFS] : [UNITS, SLICES, ALONE], env: { ...servers, QUAYSIDE_TEST_STACK: stackFile } });
    } finally {
      await stack.stop();
    }
  } finally {
    await releaseAll();
  }
}

function install({ progress, signal, home }) {
  return runStep(
    progress,
    'npm install',
    () => installPackages({ root: ROOT, signal, home }),
    (isNew) => (isNew ? 'packages installed' : 'packages are up to date'),
  );
}

function build({ progress, signal, home }) {
  return runStep(
    progress,
    'build',
    () => buildPackages({ root: ROOT, signal, home }),
    (outcome) => `build: ${outcome}`,
  );
}

/**
 * Suites on the stack have a ground of their own each, so two run at a time: most of their time is waiting. Those that
 * stop what the others use run one after the other.
 */
const UNITS = { project: 'rooms', options: [] };
const SLICES = { project: 'stack', options: ['--maxWorkers=2'] };
const ALONE = { project: 'alone', options: ['--runInBand'] };
const PROOFS = { project: 'verify', options: ['--runInBand'] };

async function runTests(run, { projects, env }) {
  const summaries = [];
  for (const { project, options } of projects) {
    const args = ['--selectProjects', project, '--passWithNoTests', ...options, ...run.jestArguments];
    summaries.push(await runProject(run, { project, args, env }));
  }
  const summary = addUp(summaries);
  if (summary.failures.length > 0) console.log(`\nFailed:\n${summary.failures.map((failure) => `  ${failure}`).join('\n')}`);
  if (summary.passed + summary.failed + summary.skipped === 0) console.log('\nNo test fits what was asked for.');
  console.log(`\n${closingLine(summary)}`);
  return summary.failed === 0 && summary.passed + summary.skipped > 0 ? 0 : 1;
}

async function runProject({ home, temporary, cache, signal }, { project, args, env }) {
  const results = join(home, `results-${project}.json`);
  const { code, hasTimedOut } = await runJest({ root: ROOT, cache, results, args, signal, env: { ...process.env, ...env, TMPDIR: temporary } });
  const summary = summarize(readJson(results));
  if (hasTimedOut) return withFailure(summary, `${project}: jest was ended, it took too long`);
  if (code !== 0 && summary.failed === 0) return withFailure(summary, `${project}: jest ended with code ${code} although no test failed`);
  return summary;
}

/** Our own options are taken out; what is left is jest's, with which we do not meddle. */
function readArguments(args) {
  const at = args.indexOf('--stack');
  const forced = at === -1 ? undefined : args[at + 1];
  if (at !== -1 && forced !== 'docker' && forced !== 'native') {
    throw new Failure({ what: '--stack makes no sense like this', fix: USAGE, exitCode: 2 });
  }
  const rest = args.filter((_, index) => at === -1 || (index !== at && index !== at + 1));
  const isOwn = (arg) => arg === '--unit' || arg === '--verify' || arg === '--help';
  return {
    isUnit: rest.includes('--unit'),
    isVerify: rest.includes('--verify'),
    wantsHelp: rest.includes('--help'),
    forced,
    jestArguments: rest.filter((arg) => !isOwn(arg)),
  };
}

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof Interrupted) {
    process.exitCode = exitCodeOf(error.signal);
  } else {
    process.exitCode = reportFailure(error);
    // Whoever reads only the last line must not take a run that never came to its tests for a good one.
    console.log(`\n${closingLine({ passed: 0, failed: 1, skipped: 0 })}`);
  }
}
