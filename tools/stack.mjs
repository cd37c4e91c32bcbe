import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { reportFailure } from './host/failure.mjs';
import { cacheOf, endLeftovers, lockHome } from './host/home.mjs';
import { readChoice, readInteger, readOptions } from './host/options.mjs';
import { planPorts, STACK_PORTS } from './host/portPlan.mjs';
import { abortOnSignals, Interrupted, untilAborted } from './host/shutdown.mjs';
import { ROOT } from './root.mjs';
import { bringUp, chooseStack, writeStackFile } from './stack/bringUp.mjs';

const USAGE = `node tools/stack.mjs up --home DIR [--port-base N] [--stack docker|native]

Starts Kafka, PostgreSQL and Redis with their data in DIR and stays in the foreground.
When they answer, DIR/stack.json says where: { kafka, redis, postgres, pids, … }. Ends on SIGTERM or Ctrl-C.`;

async function main() {
  const { values, positionals } = readOptions(
    USAGE,
    { home: { type: 'string' }, 'port-base': { type: 'string' }, stack: { type: 'string' }, help: { type: 'boolean' } },
    { allowPositionals: true },
  );
  if (values.help || positionals[0] !== 'up' || !values.home) {
    console.log(USAGE);
    return values.help ? 0 : 2;
  }
  const signal = abortOnSignals();
  const home = resolve(values.home);
  const unlock = lockHome(home);
  const file = join(home, 'stack.json');
  rmSync(file, { force: true });
  try {
    await runStack({ home, file, signal, values });
    return 0;
  } catch (error) {
    if (error instanceof Interrupted) return 0;
    throw error;
  } finally {
    await endLeftovers(home);
    rmSync(file, { force: true });
    unlock();
  }
}

async function runStack({ home, file, signal, values }) {
  await endLeftovers(home);
  const base = readInteger('port-base', values['port-base'], { min: 1024, max: 65_000 });
  const { ports, release, releaseAll } = await planPorts({ home, base, names: STACK_PORTS });
  const report = (part, text) => console.log(`${part.padEnd(8)} ${text}`);
  const context = { root: ROOT, home, cache: cacheOf(ROOT), ports, signal, releasePort: release, report };
  try {
    const kind = await chooseStack(context, { forced: readChoice('stack', values.stack, ['docker', 'native']) });
    const stack = await bringUp(context, kind);
    writeStackFile(file, context, stack);
    console.log(`Ready: ${file}`);
    await untilAborted(signal);
    await stack.stop();
  } finally {
    await releaseAll();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  process.exitCode = reportFailure(error);
}
