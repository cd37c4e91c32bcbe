import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './command.mjs';
import { Failure } from './failure.mjs';
import { readText, writeAtomically } from './files.mjs';

const NODE_MIN = [20, 19];
const INSTALL_MS = 15 * 60_000;

/** Refuses a Node.js that is too old, before anything fails with a riddle. */
export function mustHaveNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  if (major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1])) return;
  throw new Failure({
    what: `Quayside needs Node.js ${NODE_MIN.join('.')} or newer`,
    why: `this is ${version} (${process.execPath})`,
    fix: 'Install a newer one, for example with nvm: nvm install 22',
    exitCode: 2,
  });
}

/**
 * `npm install` when there is no node_modules or package-lock.json has changed since. Not `npm ci`: registries
 * that do not carry every other system's binaries make lock files that it refuses.
 * @returns {Promise<boolean>} whether there was something to install
 */
export async function installPackages({ root, signal, onLine, home }) {
  const stamp = join(root, 'node_modules', '.quayside-lock');
  if (isInstalled(root, stamp)) return false;
  const [command, ...args] = npmCommand();
  await runCommand(command, [...args, 'install', '--no-audit', '--no-fund'], {
    what: 'npm install failed',
    fix: 'Read what npm says above; a half-made node_modules can be removed.',
    cwd: root,
    timeoutMs: INSTALL_MS,
    signal,
    onLine,
    home,
    name: 'npm-install',
  });
  writeAtomically(stamp, fingerprint(root));
  return true;
}

/** npm writes a file of its own at the end of each install, so an install by hand counts as well. */
function isInstalled(root, stamp) {
  if (readText(stamp) === fingerprint(root)) return true;
  const hidden = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden) || !existsSync(join(root, 'package-lock.json'))) return false;
  if (statSync(hidden).mtimeMs < statSync(join(root, 'package-lock.json')).mtimeMs) return false;
  writeAtomically(stamp, fingerprint(root));
  return true;
}

function fingerprint(root) {
  const lock = readText(join(root, 'package-lock.json')) ?? readFileSync(join(root, 'package.json'), 'utf8');
  return createHash('sha256').update(lock).digest('hex');
}

/** The npm that runs us, so that a second one on the PATH does not rewrite what the first made. */
function npmCommand() {
  const path = process.env.npm_execpath;
  return path?.endsWith('npm-cli.js') && existsSync(path) ? [process.execPath, path] : ['npm'];
}
