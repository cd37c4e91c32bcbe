import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { OWNER_ONLY, readJson, writeJson } from './files.mjs';
import { commandLine, identify, isRunning } from './identity.mjs';
import { rotateLog } from './logs.mjs';
import { waitUntil } from './wait.mjs';

/**
 * Processes that belong to a data folder. Each is written down in `<home>/run/<name>.json` the moment it is
 * born, so that whoever opens the folder next (this launcher, a test, a start after a `kill -9`) can find and
 * end it, and can tell it from a stranger who got the same pid.
 */

/**
 * Starts a process with its output in `<home>/logs/<name>.log` and returns its ChildProcess.
 * It leads a group of its own: Ctrl-C in the terminal must reach the launcher only, which ends things in order.
 * @param {{ home: string, name: string, command: string, args: string[], cwd?: string, env?: object,
 *           uid?: number, gid?: number, signal?: AbortSignal }} order
 */
export function spawnRecorded({ home, name, command, args, signal, ...options }) {
  signal?.throwIfAborted();
  const log = openLog(home, name);
  let child;
  try {
    child = spawn(command, args, { ...options, detached: true, stdio: ['ignore', log, log] });
  } finally {
    closeSync(log);
  }
  // Without a listener a missing command would end the launcher; the exit is what callers wait for.
  child.on('error', (error) => {
    child.spawnError = error;
  });
  if (child.pid !== undefined) recordProcess(home, name, child.pid);
  // A test that has restarted a server may end and leave it running: its owner ends it by the record.
  child.unref();
  return child;
}

export function logPath(home, name) {
  return join(home, 'logs', `${name}.log`);
}

function openLog(home, name) {
  mkdirSync(join(home, 'logs'), { recursive: true });
  const path = logPath(home, name);
  rotateLog(path);
  return openSync(path, 'a', OWNER_ONLY);
}

export function recordProcess(home, name, pid) {
  const identity = identify(pid);
  if (identity) writeJson(recordPath(home, name), { ...identity, command: commandLine(pid) });
}

/** The identity of the recorded process while it runs, else null. */
export function findRecorded(home, name) {
  const record = readJson(recordPath(home, name));
  return isRunning(record) ? { pid: record.pid, began: record.began } : null;
}

/** Names of all processes that the folder has a record of, running or not. */
export function recordedNames(home) {
  try {
    return readdirSync(join(home, 'run'))
      .filter((file) => file.endsWith('.json'))
      .map((file) => file.slice(0, -'.json'.length));
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}

/**
 * Ends the recorded process: the signal first, SIGKILL after the grace. Returns whether there was one to end.
 * `wholeGroup` is for commands that start others (npm, a test runner).
 */
export async function endRecorded(home, name, { signal = 'SIGTERM', graceMs = 8000, wholeGroup = false } = {}) {
  const identity = findRecorded(home, name);
  if (identity) await endProcess(identity, { signal, graceMs, wholeGroup });
  rmSync(recordPath(home, name), { force: true });
  return identity !== null;
}

/** How long the system may take to bury a process after SIGKILL: more means that it hangs in the kernel. */
const BURIAL_MS = 5000;

export async function endProcess(identity, { signal = 'SIGTERM', graceMs = 8000, wholeGroup = false } = {}) {
  const target = wholeGroup ? -identity.pid : identity.pid;
  const isGone = () => !isRunning(identity);
  if (isGone()) return;
  sendSignal(target, signal);
  const hasEnded = await waitUntil(isGone, { timeoutMs: graceMs, everyMs: 25 });
  if (hasEnded) return;
  sendSignal(target, 'SIGKILL');
  const isBuried = await waitUntil(isGone, { timeoutMs: BURIAL_MS, everyMs: 25 });
  if (!isBuried) throw new Error(`process ${identity.pid} is still there ${BURIAL_MS} ms after SIGKILL`);
}

/** Signals a process (or, with a negative number, its group); one that has just ended is no error. */
function sendSignal(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

function recordPath(home, name) {
  return join(home, 'run', `${name}.json`);
}
