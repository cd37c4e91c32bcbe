import { resolve } from 'node:path';
import { reportFailure } from './host/failure.mjs';
import { homeOf, lockHome } from './host/home.mjs';
import { mustHaveNode } from './host/install.mjs';
import { readChoice, readInteger, readOptions } from './host/options.mjs';
import { createProgress } from './host/progress.mjs';
import { abortOnSignals, Interrupted } from './host/shutdown.mjs';
import { ROOT } from './root.mjs';
import { launch } from './start/launch.mjs';

const USAGE = `npm start [-- options]

Installs, builds and starts all of Quayside with a Kafka, PostgreSQL and Redis of its own, and stays until Ctrl-C.

  --no-demo               no demo traffic
  --demo-speed N          so many demo events a second (default 50)
  --no-dashboard          no dashboard
  --fresh                 throw the data of an earlier start away (never on servers from the environment)
  --port-base N           ports from N on (default 4000)
  --inventory N           so many inventory processes share the work (default 1)
  --stack docker|native   where Kafka, PostgreSQL and Redis come from
  --help                  this text

Environment
  KAFKA_BROKERS, REDIS_URL, DATABASE_URL   all three: use these servers instead (schema and prefix "quayside")
  QUAYSIDE_HOME            data folder (default .quayside in the checkout)
  QUAYSIDE_CACHE           downloads (default .quayside/cache)`;

const OPTIONS = {
  'no-demo': { type: 'boolean' },
  'demo-speed': { type: 'string' },
  'no-dashboard': { type: 'boolean' },
  fresh: { type: 'boolean' },
  'port-base': { type: 'string' },
  inventory: { type: 'string' },
  stack: { type: 'string' },
  help: { type: 'boolean' },
};

async function main() {
  const { values } = readOptions(USAGE, OPTIONS);
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const options = {
    hasDemo: !values['no-demo'],
    demoSpeed: readInteger('demo-speed', values['demo-speed'], { min: 1, max: 500 }),
    hasDashboard: !values['no-dashboard'],
    isFresh: Boolean(values.fresh),
    portBase: readInteger('port-base', values['port-base'], { min: 1024, max: 65_000 }),
    inventoryCount: readInteger('inventory', values.inventory, { min: 1, max: 24 }) ?? 1,
    forced: readChoice('stack', values.stack, ['docker', 'native']),
  };
  mustHaveNode();
  const signal = abortOnSignals();
  const home = resolve(homeOf(ROOT));
  const unlock = lockHome(home);
  try {
    await launch({ root: ROOT, home, signal, progress: createProgress(), options });
    return 0;
  } catch (error) {
    // To be ended is how this program is meant to end.
    if (error instanceof Interrupted) return 0;
    throw error;
  } finally {
    unlock();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  process.exitCode = reportFailure(error);
}
