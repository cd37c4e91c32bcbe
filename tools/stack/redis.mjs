import { chmodSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { askCommand } from '../host/command.mjs';
import { Failure } from '../host/failure.mjs';
import { OWNER_ONLY, writeAtomically } from '../host/files.mjs';
import { doesRedisAnswer } from './answers.mjs';
import { redisUrl, stackSecrets } from './context.mjs';
import { fetchWithMaven } from './maven.mjs';
import { serverPart } from './server.mjs';

/** Redis (or Valkey) from the PATH, else the binary that a Maven jar carries. */
export function redisPart(context) {
  const { home, ports } = context;
  return serverPart(context, {
    name: 'redis',
    title: 'Redis',
    url: redisUrl(context),
    stopSignal: 'SIGTERM',
    stopMs: 5000,
    startMs: 30_000,
    prepare: () => prepareRedis(context, join(home, 'redis')),
    isReady: () => doesRedisAnswer(ports.redis),
  });
}

async function prepareRedis(context, folder) {
  const command = await findRedis(context);
  mkdirSync(folder, { recursive: true });
  writeAtomically(join(folder, 'redis.conf'), redisConf(context), { mode: OWNER_ONLY });
  return { command, args: ['redis.conf'], cwd: folder };
}

async function findRedis(context) {
  for (const command of ['redis-server', 'valkey-server']) {
    if ((await askCommand(command, ['--version'])) !== null) return command;
  }
  return fetchRedis(context);
}

/** The path of the carried binary for this system; fetched when it is not in the cache. */
async function fetchRedis(context) {
  const folder = await fetchWithMaven(context, {
    part: 'redis',
    pom: fileURLToPath(new URL('./redis/pom.xml', import.meta.url)),
    goal: ['dependency:unpack-dependencies', '-DincludeArtifactIds=embedded-redis', '-DoutputDirectory=bin', '-Dmdep.unpack.includes=redis-server*'],
    folder: 'bin',
  });
  const architecture = { x64: 'amd64', arm64: 'arm64' }[process.arch];
  const binary = readdirSync(folder).find((file) => file.endsWith(`-${process.platform}-${architecture}`));
  if (!binary) {
    throw new Failure({
      what: 'No Redis for this machine',
      why: `redis-server is not on the PATH, and none is carried for ${process.platform} on ${process.arch}`,
      fix: 'Install redis-server or valkey-server with the package manager of your system.',
    });
  }
  chmodSync(join(folder, binary), 0o755);
  return join(folder, binary);
}

function redisConf({ home, ports }) {
  return [
    'bind 127.0.0.1',
    `port ${ports.redis}`,
    `requirepass ${stackSecrets(home).redisPassword}`,
    'dir .',
    'daemonize no',
    'appendonly yes',
    'appendfsync everysec',
    'save ""',
    // Levels are never the only copy, but an evicted one would look like a level that does not exist.
    'maxmemory-policy noeviction',
    '',
  ].join('\n');
}
