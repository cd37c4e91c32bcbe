import { join } from 'node:path';
import { spawnRecorded } from '../host/processes.mjs';
import { runStep } from '../host/progress.mjs';
import { supervise, waitUntilReady } from './supervise.mjs';
import { graphqlUrl } from './services.mjs';

/** A first start has cold caches, and on a small machine six processes want them at once. */
const READY_MS = 90_000;

/** Starts all services, keeps them running, and returns when each has said that it is ready. */
export async function startServices(run, { services, endpoints }) {
  const { home, signal, progress, scope } = run;
  run.serviceNames = services.map(({ name }) => name);
  const starting = services.map(async (service) => {
    const supervised = superviseService(run, { service, endpoints });
    await runStep(
      progress,
      service.name,
      () => waitUntilReady({ ...service, home, deaths: supervised.deaths, timeoutMs: READY_MS, signal }),
      () => `${service.name} is ready on ${service.url}`,
    );
    return supervised;
  });
  try {
    return await Promise.all(starting);
  } catch (error) {
    scope.abort(error);
    await Promise.allSettled(starting);
    throw error;
  }
}

function superviseService(run, { service, endpoints }) {
  const { name, args, env } = service;
  return superviseNode(run, {
    name,
    start: async () => {
      await run.ports.release(name);
      return { args, env };
    },
    onStart: (pid) => endpoints.setPid(name, pid),
  });
}

/** The demo is told everything by its environment, as any program that posts from outside would be. */
export function superviseDemo(run, { keys, endpoints, speed }) {
  const { root, ports } = run;
  return superviseNode(run, {
    name: 'demo',
    start: async () => ({
      args: [join(root, 'tools', 'demo.mjs'), ...(speed === undefined ? [] : ['--speed', String(speed)])],
      env: {
        ...process.env,
        INGEST_URL: `http://127.0.0.1:${ports.ports.ingest}`,
        GRAPHQL_URL: graphqlUrl(ports.ports),
        INGEST_KEY: keys.demoKey,
        OPERATOR_TOKEN: endpoints.tokens().operator,
      },
    }),
    onStart: (pid) => endpoints.setPid('demo', pid),
  });
}

function superviseNode({ root, home, signal, progress }, { name, start, onStart }) {
  return supervise({
    name,
    home,
    signal,
    start: async () => spawnRecorded({ home, name, command: process.execPath, cwd: root, signal, ...(await start()) }),
    onStart,
    onDeath: progress.note,
  });
}

/** The servers of our own stack are started again as well; a container is its engine's business. */
export function superviseStack({ home, signal, progress, stack }, endpoints) {
  return Object.entries(stack.children)
    .filter(([, child]) => child !== null)
    .map(([name, firstChild]) => {
      let child = firstChild;
      return supervise({
        name,
        home,
        signal,
        start: async () => {
          const running = child ?? (await stack.parts[name].start());
          child = null;
          return running;
        },
        onStart: (pid) => endpoints.setPid(name, pid),
        onDeath: progress.note,
      });
    });
}
