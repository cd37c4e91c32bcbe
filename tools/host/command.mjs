import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Failure } from './failure.mjs';
import { identify } from './identity.mjs';
import { endProcess, endRecorded, recordProcess } from './processes.mjs';

/** Enough of a command's output to see why it failed. */
const KEPT_LINES = 60;

/**
 * Runs a command to its end and returns its last lines of output. Bounded in time; ended, with all that it
 * started, when the signal is aborted. Throws a Failure that shows what the command said.
 * @param {string} command
 * @param {string[]} args
 * @param {{ what: string, fix?: string, cwd?: string, env?: object, uid?: number, gid?: number, input?: string,
 *           timeoutMs: number, signal?: AbortSignal, onLine?: (line: string) => void,
 *           keptLines?: number, home?: string, name?: string }} options `home` and `name`: also record it in that data folder, so
 *           that a start after a `kill -9` finds and ends it
 */
export async function runCommand(command, args, options) {
  const { what, fix, timeoutMs, signal, onLine, home, name, input, keptLines = KEPT_LINES } = options;
  signal?.throwIfAborted();
  const { cwd, env, uid, gid } = options;
  const child = spawn(command, args, { cwd, env, uid, gid, detached: true, stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] });
  const isRecorded = home !== undefined && child.pid !== undefined;
  if (isRecorded) recordProcess(home, name, child.pid);
  const kept = keepLines(child, { onLine, keptLines });
  child.stdin?.on('error', () => {}); // a command that fails before it reads: its exit code tells
  child.stdin?.end(input);
  const closing = once(child, 'close');
  const stop = endWhenNeeded(child, { timeoutMs, signal });
  try {
    const [code, killedBy] = await closing;
    signal?.throwIfAborted();
    if (code === 0) return kept;
    const ending = stop.hasTimedOut() ? `did not end within ${timeoutMs / 1000} s` : `ended with ${killedBy ?? `code ${code}`}`;
    throw new Failure({ what, why: [`${command} ${ending}`, ...kept].join('\n'), fix });
  } catch (error) {
    if (error.code === 'ENOENT') throw new Failure({ what, why: `the command ${command} was not found`, fix, cause: error });
    throw error;
  } finally {
    stop.disarm();
    if (isRecorded) await endRecorded(home, name);
  }
}

/** What a command prints, or null where it cannot be run or does not end well within the time. */
export async function askCommand(command, args, { timeoutMs = 10_000, env } = {}) {
  try {
    const lines = await runCommand(command, args, { what: `${command} ${args.join(' ')}`, timeoutMs, env });
    return lines.join('\n');
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

function keepLines(child, { onLine, keptLines }) {
  const kept = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      kept.push(line);
      if (kept.length > keptLines) kept.shift();
      onLine?.(line);
    });
  }
  return kept;
}

function endWhenNeeded(child, { timeoutMs, signal }) {
  let hasTimedOut = false;
  const end = () => {
    const identity = child.pid === undefined ? null : identify(child.pid);
    // The outcome of ending it is seen by whoever awaits the child's exit.
    if (identity) endProcess(identity, { graceMs: 3000, wholeGroup: true }).catch((error) => child.emit('error', error));
  };
  const timer = setTimeout(() => {
    hasTimedOut = true;
    end();
  }, timeoutMs);
  signal?.addEventListener('abort', end, { once: true });
  return {
    hasTimedOut: () => hasTimedOut,
    disarm() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
    },
  };
}
