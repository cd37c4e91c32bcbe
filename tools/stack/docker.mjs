import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { askCommand, runCommand } from '../host/command.mjs';
import { doesKafkaAnswer, doesPostgresAnswer, doesRedisAnswer } from './answers.mjs';
import { DATABASE, DATABASE_USER, kafkaUrl, postgresUrl, redisUrl, stackSecrets } from './context.mjs';
import { Failure } from '../host/failure.mjs';
import { waitUntil } from '../host/wait.mjs';

/** A `docker` command without an engine behind it may take minutes to say so. */
const ENGINE_ANSWER_MS = 3000;
/** Long enough for a first start that pulls three images over a slow line. */
const COMPOSE_MS = 15 * 60_000;
const READY_MS = 90_000;

/** Whether a Docker engine answers and compose is there; the command alone is neither. */
export async function hasDockerEngine() {
  const version = await askCommand('docker', ['info', '--format', '{{.ServerVersion}}'], { timeoutMs: ENGINE_ANSWER_MS });
  if (version === null || !/^\d/m.test(version)) return false;
  return (await askCommand('docker', ['compose', 'version'])) !== null;
}

/** The three servers of docker-compose.yml as StackParts, in a project of this data folder's own. */
export function dockerParts(context) {
  const { ports } = context;
  return {
    kafka: dockerPart(context, { name: 'kafka', title: 'Kafka', url: kafkaUrl(context), isReady: () => doesKafkaAnswer(ports.kafka) }),
    postgres: dockerPart(context, { name: 'postgres', title: 'PostgreSQL', url: postgresUrl(context), isReady: () => doesPostgresAnswer(ports.postgres) }),
    redis: dockerPart(context, { name: 'redis', title: 'Redis', url: redisUrl(context), isReady: () => doesRedisAnswer(ports.redis) }),
  };
}

/** Removes the project's containers and volumes: what --fresh is for a stack in Docker. */
export async function emptyDockerStack(context) {
  await compose(context, ['down', '--volumes', '--remove-orphans', '--timeout', '5'], 'Emptying the stack in Docker failed');
}

function dockerPart(context, { name, title, url, isReady }) {
  return {
    name,
    url,
    pid: () => null, // a container's process is the engine's, and often in another machine's process table
    stop: async () => void (await compose(context, ['stop', '--timeout', '6', name], `Stopping ${title} failed`)),
    kill: async () => void (await compose(context, ['kill', '--signal', 'SIGKILL', name], `Killing ${title} failed`)),
    async start() {
      await context.releasePort?.(name);
      context.report?.(name, `starting ${title} in Docker (the first time its image is fetched)`);
      await compose(context, ['up', '--detach', '--no-deps', name], `Starting ${title} in Docker failed`);
      const isUp = await waitUntil(isReady, { timeoutMs: READY_MS, everyMs: 200, signal: context.signal });
      if (!isUp) {
        const log = await compose(context, ['logs', '--tail', '15', name], `Reading the log of ${title} failed`);
        throw new Failure({ what: `${title} did not start in Docker`, why: `it did not answer within ${READY_MS / 1000} s\n${log.join('\n')}` });
      }
      context.report?.(name, `${title} answers on port ${new URL(url.includes('//') ? url : `kafka://${url}`).port} (Docker)`);
      return null;
    },
  };
}

function compose(context, args, what) {
  const { root, home, ports } = context;
  const { postgresPassword, redisPassword } = stackSecrets(home);
  return runCommand('docker', ['compose', '--project-name', projectName(home), '--file', join(root, 'docker-compose.yml'), ...args], {
    what,
    fix: 'See `docker compose logs`, or use --stack native.',
    cwd: root,
    timeoutMs: COMPOSE_MS,
    // Stopping is what an aborted start ends with: it must not be cut off by the abort itself.
    signal: args[0] === 'up' ? context.signal : undefined,
    env: {
      ...process.env,
      QUAYSIDE_KAFKA_PORT: String(ports.kafka),
      QUAYSIDE_POSTGRES_PORT: String(ports.postgres),
      QUAYSIDE_REDIS_PORT: String(ports.redis),
      POSTGRES_USER: DATABASE_USER,
      POSTGRES_DB: DATABASE,
      POSTGRES_PASSWORD: postgresPassword,
      REDIS_PASSWORD: redisPassword,
    },
  });
}

/** One project a data folder, so that two checkouts beside each other do not share containers. */
function projectName(home) {
  return `quayside-${createHash('sha256').update(home).digest('hex').slice(0, 8)}`;
}
