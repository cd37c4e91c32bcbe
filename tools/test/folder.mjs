import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readJson, readText } from '../host/files.mjs';
import { endLeftovers, lockHome } from '../host/home.mjs';
import { identify, isRunning } from '../host/identity.mjs';
import { endProcess } from '../host/processes.mjs';

const PREFIX = 'quayside-test-';

/**
 * The data folder of one test run. `remove()` ends everything that was started below it and deletes it.
 * @returns {{ home: string, temporary: string, remove: () => Promise<void> }}
 */
export function makeTestFolder() {
  const home = mkdtempSync(join(realpathSync(tmpdir()), PREFIX));
  const temporary = join(home, 'tmp');
  mkdirSync(temporary);
  lockHome(home);
  return { home, temporary, remove: () => removeTestFolder(home) };
}

/** What test runs left that were killed with `kill -9`. */
export async function removeAbandonedFolders() {
  const parent = realpathSync(tmpdir());
  for (const name of readdirSync(parent).filter((entry) => entry.startsWith(PREFIX))) {
    const home = join(parent, name);
    try {
      const owner = readJson(join(home, 'launcher.json'));
      if (owner !== null && !isRunning(owner)) await removeTestFolder(home);
    } catch (error) {
      // Another user's run: theirs to clear.
      if (error.code !== 'EACCES' && error.code !== 'EPERM') throw error;
    }
  }
}

async function removeTestFolder(home) {
  await endLeftovers(home);
  await endProcessesOf(home);
  rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

/**
 * A test that was ended in the middle cannot clear up: what it had started still carries the run's TMPDIR in
 * its environment, by which it is found. Linux only; elsewhere the process group of the runner has to do.
 */
async function endProcessesOf(home) {
  if (process.platform !== 'linux') return;
  const mark = `\0TMPDIR=${join(home, 'tmp')}\0`;
  const pids = readdirSync('/proc').map(Number).filter(Number.isSafeInteger);
  const strays = pids.filter((pid) => pid !== process.pid && environmentOf(pid).includes(mark));
  const identities = strays.map(identify).filter((identity) => identity !== null);
  await Promise.all(identities.map((identity) => endProcess(identity, { graceMs: 2000 })));
}

function environmentOf(pid) {
  try {
    return `\0${readText(`/proc/${pid}/environ`) ?? ''}`;
  } catch {
    return ''; // another user's, or just gone
  }
}
