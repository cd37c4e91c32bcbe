import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { identify } from '../host/identity.mjs';
import { endProcess } from '../host/processes.mjs';

/** The whole suite is to stay under 8 minutes; past this it hangs. */
const RUN_MS = 30 * 60_000;
const END_MS = 5000;

/**
 * Runs jest with its output passed through, in a process group of its own that is ended as a whole.
 * @param {{ root: string, cache: string, results: string, args: string[], env: object, signal: AbortSignal }} run
 * @returns {Promise<{ code: number | null, hasTimedOut: boolean }>}
 */
export async function runJest({ root, cache, results, args, env, signal }) {
  signal.throwIfAborted();
  const child = spawn(process.execPath, [...jestCommand(root), ...ownOptions({ cache, results }), ...args], {
    cwd: root,
    env,
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const identity = identify(child.pid);
  let hasTimedOut = false;
  const end = () => void endProcess(identity, { graceMs: END_MS, wholeGroup: true }).catch((error) => child.emit('error', error));
  const timer = setTimeout(() => {
    hasTimedOut = true;
    end();
  }, RUN_MS);
  signal.addEventListener('abort', end, { once: true });
  try {
    const [code] = await once(child, 'exit');
    signal.throwIfAborted();
    return { code, hasTimedOut };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
}

function jestCommand(root) {
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  return ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', jest, '--config', join(root, 'jest.config.mjs')];
}

/** Its own cache folder lies in the temporary folder, which goes away with each run. */
function ownOptions({ cache, results }) {
  return ['--json', '--outputFile', results, '--cacheDirectory', join(cache, 'jest')];
}
