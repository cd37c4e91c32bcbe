import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { lintDockerfile } from './check/dockerfile.mjs';
import { generatePrismaClient } from './generate.mjs';
import { turboCommand, turboEnvironment } from './host/build.mjs';
import { runCommand } from './host/command.mjs';
import { Failure, reportFailure } from './host/failure.mjs';
import { installPackages, mustHaveNode } from './host/install.mjs';
import { createProgress, runStep } from './host/progress.mjs';
import { abortOnSignals, exitCodeOf, Interrupted } from './host/shutdown.mjs';
import { ROOT } from './root.mjs';

const CHECK_MS = 5 * 60_000;
/** As much as a person reads through; the first errors are the ones that matter. */
const KEPT_LINES = 400;

const bin = (...path) => join(ROOT, 'node_modules', ...path);
const signal = abortOnSignals();

/** All that `npm run check` looks at, in this order; each is run whatever the others say. */
const CHECKS = [
  { name: 'prisma client', run: () => generatePrismaClient({ signal }) },
  { name: 'types', run: () => node(bin('ts7', 'bin', 'tsc'), ['-b']) },
  { name: 'types of tests', run: () => node(bin('ts7', 'bin', 'tsc'), ['-p', 'test']) },
  { name: 'types of the dashboard', run: () => node(bin('ts7', 'bin', 'tsc'), ['-p', 'apps/dashboard', '--noEmit']) },
  { name: 'lint', run: () => node(bin('oxlint', 'bin', 'oxlint'), ['--type-aware']) },
  { name: 'boundaries', run: () => node(turboCommand(ROOT)[0], ['boundaries'], turboEnvironment()) },
  { name: 'dead code', run: () => node(bin('knip', 'bin', 'knip.js'), ['--no-config-hints']) },
  { name: 'format', run: () => node(bin('prettier', 'bin', 'prettier.cjs'), ['--check', '.']) },
  { name: 'dockerfile', run: () => lintDockerfile(join(ROOT, 'docker', 'Dockerfile')) },
  { name: 'compose', run: () => node(bin('dclint', 'bin', 'dclint.cjs'), ['--config', 'docker/dclint.json', '--max-warnings', '0', 'docker-compose.yml']) },
];

async function main() {
  mustHaveNode();
  const progress = createProgress();
  await installPackages({ root: ROOT, signal });
  const failed = [];
  for (const check of CHECKS) {
    try {
      await runStep(progress, check.name, check.run, () => check.name);
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      reportFailure(error, process.stdout);
      failed.push(check.name);
    }
  }
  console.log(failed.length === 0 ? '\nAll checks passed.' : `\nFailed: ${failed.join(', ')}`);
  return failed.length === 0 ? 0 : 1;
}

async function node(script, args, env = process.env) {
  if (!existsSync(script)) throw new Failure({ what: `${script} is not installed`, fix: 'Run npm install.' });
  await runCommand(process.execPath, [script, ...args], { what: 'It found something', cwd: ROOT, env, timeoutMs: CHECK_MS, keptLines: KEPT_LINES, signal });
}

try {
  process.exitCode = await main();
} catch (error) {
  process.exitCode = error instanceof Interrupted ? exitCodeOf(error.signal) : reportFailure(error);
}
