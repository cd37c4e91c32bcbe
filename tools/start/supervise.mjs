import { Failure } from '../host/failure.mjs';
import { boundLog, tailLog } from '../host/logs.mjs';
import { logPath } from '../host/processes.mjs';
import { pause, waitUntil } from '../host/wait.mjs';

const BACKOFF_FIRST_MS = 250;
const BACKOFF_MAX_MS = 5000;
/** One that has lived this long was well: its next death is a new story and is answered at once. */
const WELL_AFTER_MS = 30_000;
/** Dying so often before it has ever answered means that it cannot work at all. */
const EARLY_DEATHS_MAX = 4;
const LOG_LOOK_MS = 60_000;

/**
 * Keeps a process running until the signal is aborted: one that dies is started again, after a pause that grows
 * while it keeps dying.
 * @param {{ name: string, home: string, signal: AbortSignal,
 *           start: () => Promise<import('node:child_process').ChildProcess>,
 *           onStart?: (pid: number) => void, onDeath?: (text: string) => void }} order
 * @returns {{ deaths: () => number, ended: Promise<void> }} `ended` rejects only with faults of our own
 */
export function supervise(order) {
  let deaths = 0;
  const lookAtLog = setInterval(() => boundLog(logPath(order.home, order.name)), LOG_LOOK_MS).unref();
  const keepRunning = async () => {
    let backoffMs = BACKOFF_FIRST_MS;
    while (!order.signal.aborted) {
      const began = Date.now();
      const ending = await runOnce(order);
      if (order.signal.aborted) return;
      deaths += 1;
      if (Date.now() - began > WELL_AFTER_MS) backoffMs = BACKOFF_FIRST_MS;
      order.onDeath?.(`${order.name} ${ending}; starting it again in ${backoffMs} ms (${logPath(order.home, order.name)})`);
      await pause(backoffMs, order.signal);
      backoffMs = Math.min(backoffMs * 2, BACKOFF_MAX_MS);
    }
  };
  const ended = keepRunning()
    .catch((error) => {
      if (!order.signal.aborted) throw error;
    })
    .finally(() => clearInterval(lookAtLog));
  return { deaths: () => deaths, ended };
}

/** Starts it once and waits for its end, which is told in words. A start that fails is an end as well. */
async function runOnce({ start, onStart, signal }) {
  try {
    const child = await start();
    if (child.pid !== undefined) onStart?.(child.pid);
    return await endOf(child);
  } catch (error) {
    if (signal.aborted) throw error;
    return `did not start: ${error.message.split('\n').slice(0, 2).join(' ')}`;
  }
}

/** For a child that may have ended already. */
function endOf(child) {
  return new Promise((resolve) => {
    const tell = () => resolve(child.spawnError?.message ?? `ended with ${child.signalCode ?? `code ${child.exitCode}`}`);
    if (child.spawnError || child.exitCode !== null || child.signalCode !== null) tell();
    child.once('exit', tell);
    child.once('error', tell);
  });
}

/**
 * Waits until a service says that it is ready.
 * @param {{ name: string, healthUrl: string, home: string, deaths: () => number, timeoutMs: number, signal: AbortSignal }} service
 */
export async function waitUntilReady({ name, healthUrl, home, deaths, timeoutMs, signal }) {
  const outcome = await waitUntil(async () => ((await isReady(healthUrl)) ? 'ready' : deaths() >= EARLY_DEATHS_MAX && 'dying'), {
    timeoutMs,
    everyMs: 100,
    signal,
  });
  if (outcome === 'ready') return;
  throw new Failure({
    what: `${name} did not become ready`,
    why: `${outcome === 'dying' ? `it died ${deaths()} times` : `it did not say so at ${healthUrl} within ${timeoutMs / 1000} s`}; its log ends with\n${tailLog(logPath(home, name))}`,
    fix: `Read ${logPath(home, name)}.`,
  });
}

const HEALTH_ANSWER_MS = 2000;

async function isReady(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(HEALTH_ANSWER_MS) });
    await response.arrayBuffer(); // read to its end, so that the connection is given back
    return response.ok;
  } catch {
    return false; // not listening yet, or busy: the caller asks again and has a time limit
  }
}
