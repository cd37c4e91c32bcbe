import { Failure } from '../host/failure.mjs';
import { tailLog } from '../host/logs.mjs';
import { endRecorded, findRecorded, logPath, spawnRecorded } from '../host/processes.mjs';
import { waitUntil } from '../host/wait.mjs';

/**
 * A native server as a StackPart: everything that Kafka, Postgres and Redis have in common.
 * @param {import('./context.mjs').StackContext} context
 * @param {{ name: string, title: string, url: string, stopSignal: NodeJS.Signals, stopMs: number, startMs: number,
 *           prepare: () => Promise<{ command: string, args: string[], cwd?: string, env?: object, uid?: number, gid?: number }>,
 *           isReady: () => Promise<boolean>,
 *           isWorthRetrying?: (log: string) => boolean }} server
 * @returns {import('./context.mjs').StackPart}
 */
export function serverPart(context, server) {
  const { home } = context;
  const { name } = server;
  return {
    name,
    url: server.url,
    pid: () => findRecorded(home, name)?.pid ?? null,
    async stop() {
      await endRecorded(home, name, { signal: server.stopSignal, graceMs: server.stopMs });
    },
    async kill() {
      await endRecorded(home, name, { signal: 'SIGKILL' });
    },
    async start() {
      // What an earlier launcher left behind would hold the port and the files.
      await endRecorded(home, name, { signal: server.stopSignal, graceMs: server.stopMs });
      const order = await server.prepare();
      await context.releasePort?.(name);
      context.report?.(name, `starting ${server.title}`);
      const child = await startUntilReady(context, server, order);
      context.report?.(name, `${server.title} answers on ${withoutPassword(server.url)}`);
      return child;
    },
  };
}

/** For what is shown or logged. */
function withoutPassword(url) {
  return url.replace(/\/\/[^@/]*@/, '//');
}

async function startUntilReady(context, server, order) {
  const { home, signal } = context;
  const deadline = Date.now() + server.startMs;
  for (;;) {
    const child = spawnRecorded({ home, name: server.name, signal, ...order });
    const outcome = await waitUntil(async () => (hasEnded(child) ? 'ended' : (await server.isReady()) && !hasEnded(child) && 'ready'), {
      timeoutMs: Math.max(deadline - Date.now(), 0),
      signal,
    });
    if (outcome === 'ready') return child;
    const log = tailLog(logPath(home, server.name));
    if (outcome === 'ended' && Date.now() < deadline && server.isWorthRetrying?.(log)) {
      await waitUntil(() => false, { timeoutMs: 250, everyMs: 250, signal });
      continue;
    }
    throw new Failure({
      what: `${server.title} did not start`,
      why: `${outcome === 'ended' ? describeEnd(child) : `it did not answer within ${server.startMs / 1000} s`}\n${log}`,
      fix: `Read ${logPath(home, server.name)}. A data folder that a newer version has written cannot be opened by an older one.`,
    });
  }
}

function hasEnded(child) {
  return child.spawnError !== undefined || child.exitCode !== null || child.signalCode !== null;
}

function describeEnd(child) {
  if (child.spawnError) return child.spawnError.message;
  return `it ended with ${child.signalCode ?? `code ${child.exitCode}`}`;
}
