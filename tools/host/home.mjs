import { linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from './failure.mjs';
import { readJson } from './files.mjs';
import { identify, isRunning } from './identity.mjs';
import { endRecorded, recordedNames } from './processes.mjs';

/** Where data, logs and keys of a checkout live. */
export function homeOf(root, environment = process.env) {
  return environment.QUAYSIDE_HOME || join(root, '.quayside');
}

/** Where downloads live that `npm start` and `npm test` share. */
export function cacheOf(root, environment = process.env) {
  return environment.QUAYSIDE_CACHE || join(root, '.quayside', 'cache');
}

/**
 * Makes the data folder ours until this process ends: two launchers on one folder would fight over its files.
 * Returns the function that gives it back.
 */
export function lockHome(home) {
  mkdirSync(home, { recursive: true });
  const path = join(home, 'launcher.json');
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(identify(process.pid)));
  try {
    // A link is made wholly or not at all, and fails where there is one: no two can both have it.
    while (!tryLink(draft, path)) removeStaleLock(home, path);
  } finally {
    rmSync(draft, { force: true });
  }
  return () => rmSync(path, { force: true });
}

function tryLink(draft, path) {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function removeStaleLock(home, path) {
  const stale = `${path}.stale.${process.pid}`;
  const owner = readJson(path);
  if (isRunning(owner)) throw isInUse(home, owner);
  try {
    renameSync(path, stale);
  } catch (error) {
    if (error.code === 'ENOENT') return; // its owner, or another that waits, was faster
    throw error;
  }
  // Between our look and our move another launcher may have put its own lock there: give it back.
  const moved = readJson(stale);
  if (isRunning(moved)) renameSync(stale, path);
  else rmSync(stale, { force: true });
}

function isInUse(home, { pid }) {
  return new Failure({
    what: `The data folder ${home} is in use`,
    why: `a Quayside with process id ${pid} runs on it`,
    fix: `Use that one, end it (Ctrl-C in its terminal, or kill ${pid}), or give this one a folder of its own: QUAYSIDE_HOME=/some/folder npm start`,
  });
}

/** How each kind of leftover is asked to go; what is not named here gets SIGTERM. */
const STOP_SIGNALS = { postgres: 'SIGINT' };

/**
 * Ends what an earlier launcher on this folder left running when it was killed, and returns the names. Only
 * while the folder is locked: else these are the living processes of another launcher.
 */
export async function endLeftovers(home, { graceMs = 5000 } = {}) {
  const endings = recordedNames(home).map(async (name) => {
    const wasRunning = await endRecorded(home, name, { signal: STOP_SIGNALS[name], graceMs, wholeGroup: true });
    return wasRunning ? name : null;
  });
  return (await Promise.all(endings)).filter((name) => name !== null);
}
