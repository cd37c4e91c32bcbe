import { join } from 'node:path';
import { buildPackages } from '../host/build.mjs';
import { runCommand } from '../host/command.mjs';
import { cacheOf, endLeftovers } from '../host/home.mjs';
import { installPackages } from '../host/install.mjs';
import { planPorts, rememberedPorts } from '../host/portPlan.mjs';
import { endRecorded } from '../host/processes.mjs';
import { runStep } from '../host/progress.mjs';
import { untilAborted } from '../host/shutdown.mjs';
import { chooseStack, emptyStack, fetchAhead, stopLeftContainers } from '../stack/bringUp.mjs';
import { bringUpWithProgress } from '../stack/withProgress.mjs';
import { bannerOf } from './banner.mjs';
import { createEndpoints, removeEndpoints } from './endpoints.mjs';
import { openKeys, RENEWAL_MS } from './keys.mjs';
import { inventoryNames, planServices, stackEnvironment } from './services.mjs';
import { startServices, superviseDemo, superviseStack } from './run.mjs';

const SETUP_MS = 3 * 60_000;
/** Together with what the stack may take this stays below the 15 s in which all has to be gone. */
const SERVICE_GRACE_MS = 8000;

/**
 * Everything that `npm start` does on a data folder that is locked: from what is there to all is running, then
 * until the signal is aborted, then until nothing is left.
 * @param {{ root: string, home: string, signal: AbortSignal, progress: object,
 *           options: { isFresh: boolean, hasDemo: boolean, demoSpeed?: number, hasDashboard: boolean, inventoryCount: number,
 *                      portBase?: number, forced?: 'docker' | 'native' } }} order
 */
export async function launch(order) {
  const { home, progress } = order;
  const began = Date.now();
  // One signal for everything below: aborted from outside, or by the first step that fails.
  const scope = new AbortController();
  const run = { ...order, began, scope, signal: AbortSignal.any([order.signal, scope.signal]) };
  removeEndpoints(home);
  const leftovers = await endLeftovers(home);
  if (leftovers.length > 0) progress.note(`Ended what an earlier start had left running: ${leftovers.join(', ')}`);
  try {
    await startAll(run);
  } finally {
    scope.abort(order.signal.reason ?? new Error('the launcher is ending'));
    await endAll(run);
  }
}

async function startAll(run) {
  const { root, home, signal, progress, options } = run;
  await stopLeftContainers({ root, home, ports: rememberedPorts(home) });
  const planned = await planPorts({ home, base: options.portBase, extra: inventoryNames(options.inventoryCount).slice(1) });
  run.ports = planned;
  for (const { name, wanted, port } of planned.moved) progress.note(`Port ${wanted} is busy: ${name} takes ${port}`);
  const context = { root, home, cache: cacheOf(root), ports: planned.ports, signal, releasePort: planned.release };
  const kind = await runStep(progress, 'looking for what can run the servers', () => chooseStack(context, { forced: options.forced }), describeKind);
  if (options.isFresh) await runStep(progress, 'throwing the old data away', () => emptyStack(context, kind));
  await together(run, [install(run), fetchAhead(context, kind)]);
  run.stack = await bringStackUp(run, context, kind);
  const keys = openKeys(home);
  const plan = { root, home, stack: run.stack, ports: planned.ports, keys, ...options };
  await runStep(
    progress,
    'preparing tables and topics',
    () => setUp(run),
    (lines) => `tables and topics: ${lines.at(-1)}`,
  );
  const endpoints = createEndpoints(plan);
  const supervised = [
    ...superviseStack(run, endpoints),
    ...(await startServices(run, { services: planServices(plan), endpoints })),
    ...(options.hasDemo ? [superviseDemo(run, { keys, endpoints, speed: options.demoSpeed })] : []),
  ];
  endpoints.publish();
  announce(run, { keys, endpoints });
  await Promise.race([untilAborted(signal), failureOf(supervised)]);
}

/** Supervisors end only when everything does; what comes out of this is a fault of ours. */
async function failureOf(supervised) {
  await Promise.all(supervised.map(({ ended }) => ended));
  return new Promise(() => {}); // all have ended in order: whoever waits for the signal decides
}

const KINDS = {
  environment: 'servers: those named in the environment',
  docker: 'servers: in Docker (an engine answers)',
  native: 'servers: native programs (Java is there; no Docker engine is used)',
};
const describeKind = (kind) => KINDS[kind];

function install({ root, home, signal, progress }) {
  return runStep(
    progress,
    'installing packages (npm install)',
    (step) => installPackages({ root, home, signal, onLine: (line) => step.update(`npm install: ${line}`) }),
    (isNew) => (isNew ? 'packages installed' : 'packages are up to date'),
  );
}

/** The servers come up while the packages are built: neither needs the other. */
async function bringStackUp(run, context, kind) {
  const { root, home, signal, progress } = run;
  const build = runStep(
    progress,
    'building',
    (step) => buildPackages({ root, home, signal, onLine: (line) => step.update(`building: ${line}`) }),
    (outcome) => `build: ${outcome}`,
  );
  const [stack] = await together(run, [bringUpWithProgress(progress, context, kind), build]);
  return stack;
}

/** All of them, or the first failure, which stops the others and waits until they have ended. */
async function together({ scope }, actions) {
  const watched = actions.map((action) =>
    action.catch((error) => {
      scope.abort(error);
      throw error;
    }),
  );
  const outcomes = await Promise.allSettled(watched);
  if (outcomes.some(({ status }) => status === 'rejected')) throw scope.signal.reason;
  return outcomes.map(({ value }) => value);
}

function setUp({ root, home, stack, signal }) {
  return runCommand(process.execPath, [join(root, 'tools', 'setup.mjs')], {
    what: 'Preparing tables and topics failed',
    cwd: root,
    env: { ...process.env, ...stackEnvironment(stack) },
    timeoutMs: SETUP_MS,
    signal,
    home,
    name: 'setup',
  });
}

function announce(run, { keys, endpoints }) {
  const { home, ports, options, progress, stack, began } = run;
  setInterval(() => endpoints.renewTokens(), RENEWAL_MS).unref();
  progress.note(
    bannerOf({
      home,
      ports: ports.ports,
      keys,
      tokens: endpoints.tokens(),
      stack,
      seconds: ((Date.now() - began) / 1000).toFixed(1),
      hasDashboard: options.hasDashboard,
      hasDemo: options.hasDemo,
      endpointsPath: endpoints.path,
      now: new Date(),
    }),
  );
}

/** Services first, since they write their last words to the stack; then the stack; then whatever else is recorded. */
async function endAll(run) {
  const { home, progress, stack, ports, serviceNames = [] } = run;
  removeEndpoints(home);
  await runStep(
    progress,
    'ending everything',
    async () => {
      const names = [...serviceNames, 'demo'];
      await Promise.all(names.map((name) => endRecorded(home, name, { graceMs: SERVICE_GRACE_MS })));
      await stack?.stop();
      await endLeftovers(home);
    },
    () => 'everything has ended',
  );
  await ports?.releaseAll();
}
