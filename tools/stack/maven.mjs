import { createHash, randomBytes } from 'node:crypto';
import { accessSync, constants, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { askCommand, runCommand } from '../host/command.mjs';
import { Failure } from '../host/failure.mjs';
import { installHint } from './hints.mjs';

/** 44 MB over a slow line; a fast one takes some seconds. */
const DOWNLOAD_MS = 15 * 60_000;

/**
 * The folder in the cache that holds what a pom names, downloaded when it is not there yet. It is filled beside
 * its place and moved there whole, so that a broken or a parallel download is never taken for a full one.
 * @param {import('./context.mjs').StackContext} context
 * @param {{ part: string, pom: string, goal: string[], folder: string }} order `folder`: what the goal fills
 */
export async function fetchWithMaven(context, { part, pom, goal, folder }) {
  const place = placeOf(context, { part, pom });
  if (existsSync(place)) return join(place, folder);
  if (!(await hasMaven())) {
    throw new Failure({ what: `Cannot fetch ${part}`, why: 'Maven (the command mvn) was not found', fix: installHint('maven') });
  }
  mkdirSync(context.cache, { recursive: true });
  const draft = `${place}.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    mkdirSync(draft);
    cpSync(pom, join(draft, 'pom.xml'));
    await runMaven(context, { part, draft, goal });
    moveIntoPlace(draft, place);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return join(place, folder);
}

/** Whether it is in the cache, so that neither Maven nor a network is needed. */
export function isFetched(context, { part, pom }) {
  return existsSync(placeOf(context, { part, pom }));
}

/** Named after what the pom says: another version is another folder. */
function placeOf({ cache }, { part, pom }) {
  const fingerprint = createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 12);
  return join(cache, `${part}-${fingerprint}`);
}

export async function hasMaven() {
  return (await askCommand('mvn', ['-v'], { timeoutMs: 30_000 })) !== null;
}

async function runMaven(context, { part, draft, goal }) {
  let files = 0;
  await runCommand('mvn', ['-B', ...localRepository(context.cache), ...goal], {
    what: `Fetching ${part} through Maven failed`,
    fix: 'Check that Maven reaches its repository (a proxy or a mirror belongs into ~/.m2/settings.xml), then start again.',
    cwd: draft, // every path in the goal is relative, so a blank or a colon in a folder's name does no harm
    timeoutMs: DOWNLOAD_MS,
    signal: context.signal,
    home: context.home,
    name: `fetch-${part}`,
    onLine: (line) => {
      if (!line.includes('Downloaded from')) return;
      files += 1;
      context.report?.(part, `fetching ${part} through Maven (${files} files)`);
    },
  });
}

/** Java takes the home folder from the system's user list; a service user's may not exist. */
function localRepository(cache) {
  const home = userInfo().homedir || homedir();
  try {
    accessSync(existsSync(join(home, '.m2')) ? join(home, '.m2') : home, constants.W_OK);
    return [];
  } catch {
    return [`-Dmaven.repo.local=${join(cache, 'maven')}`];
  }
}

function moveIntoPlace(draft, place) {
  try {
    renameSync(draft, place);
  } catch (error) {
    // Somebody else was faster, with the same files.
    if (!existsSync(place)) throw error;
  }
}
