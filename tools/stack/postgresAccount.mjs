import { chownSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { askCommand } from '../host/command.mjs';
import { Failure } from '../host/failure.mjs';
import { readText } from '../host/files.mjs';

/**
 * As whom PostgreSQL runs: it refuses to work for root. An account turns a command into one that is run as
 * somebody else, and makes the data folder belong to that somebody.
 * @typedef {{
 *   asArguments: (command: string, args: string[]) => [string, string[]],
 *   credentials: { uid?: number, gid?: number, cwd?: string },
 *   makeFolder: (path: string) => void,
 *   handOver: (path: string) => void,
 * }} PostgresAccount
 */

/** Whoever owns an existing data folder stays its user, since only that one can open it again. */
export async function choosePostgresAccount(folder, binaries) {
  if (process.getuid() !== 0) return sameUser;
  const owner = statSync(folder, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) return otherUser(owner);
  if (await canMapUser(binaries)) return mappedUser;
  if (owner) throw cannotRunAs('the data folder belongs to root and user namespaces (unshare -U) are not allowed here', folder);
  const account = otherUser(findServiceUser());
  await mustReach(account, { binaries, folder });
  return account;
}

/** @type {PostgresAccount} */
const sameUser = {
  asArguments: (command, args) => [command, args],
  credentials: {},
  makeFolder: (path) => mkdirSync(path, { mode: 0o700 }),
  handOver: () => {},
};

const UNSHARE = ['-U', '--map-user=1000', '--map-group=1000'];

/** Root outside, an ordinary user inside: files stay root's, and no other user has to reach the folder. */
const mappedUser = { ...sameUser, asArguments: (command, args) => ['unshare', [...UNSHARE, command, ...args]] };

function otherUser({ uid, gid }) {
  return {
    ...sameUser,
    credentials: { uid, gid, cwd: '/' }, // PostgreSQL looks for its programs from a folder that it can read
    makeFolder(path) {
      mkdirSync(path, { mode: 0o700 });
      chownSync(path, uid, gid);
    },
    handOver: (path) => chownSync(path, uid, gid),
  };
}

async function canMapUser({ postgres }) {
  return (await askCommand('unshare', [...UNSHARE, postgres, '--version'])) !== null;
}

/** The system's own user for PostgreSQL where there is one, else `nobody`. */
function findServiceUser() {
  const users = (readText('/etc/passwd') ?? '').split('\n').map((line) => line.split(':'));
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  return user ? { uid: Number(user[2]), gid: Number(user[3]) } : { uid: 65_534, gid: 65_534 };
}

async function mustReach(account, { binaries, folder }) {
  const { uid, gid } = account.credentials;
  for (const path of [binaries.postgres, folder]) {
    if (!canReach(path, { uid, gid })) throw cannotRunAs(`user ${uid} cannot reach ${path}`, folder);
  }
}

/** Whether every folder on the way lets that user through. Group memberships beyond the first are not looked at. */
function canReach(path, { uid, gid }) {
  for (let step = dirname(path); ; step = dirname(step)) {
    const { mode, uid: owner, gid: group } = statSync(step);
    const mayPass = owner === uid ? mode & 0o100 : group === gid ? mode & 0o010 : mode & 0o001;
    if (!mayPass) return false;
    if (step === dirname(step)) return true;
  }
}

function cannotRunAs(why, folder) {
  return new Failure({
    what: 'PostgreSQL cannot run here',
    why: `it refuses to run as root, and ${why}`,
    fix: [
      'Run as an ordinary user,',
      `or keep data and checkout where other users can reach them (QUAYSIDE_HOME; now ${dirname(folder)}),`,
      'or use Docker (--stack docker), or servers of your own (DATABASE_URL, KAFKA_BROKERS, REDIS_URL).',
    ].join('\n'),
  });
}
