import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../host/failure.mjs';
import { OWNER_ONLY, readJson, writeJson } from '../host/files.mjs';
import { dockerParts, emptyDockerStack, hasDockerEngine } from './docker.mjs';
import { mustAnswer, serversFromEnvironment } from './environment.mjs';
import { installHint, stackHint } from './hints.mjs';
import { fetchKafka, kafkaPart, mustRunKafka } from './kafka.mjs';
import { postgresPart } from './postgres.mjs';
import { redisPart } from './redis.mjs';

/** @typedef {'environment' | 'docker' | 'native'} StackKind */

/**
 * Where Kafka, Postgres and Redis come from: servers named in the environment, else where this data folder
 * already has its data, else a Docker engine that answers, else native programs.
 * @param {import('./context.mjs').StackContext} context
 * @param {{ forced?: 'docker' | 'native' }} wish
 * @returns {Promise<StackKind>}
 */
export async function chooseStack(context, { forced } = {}) {
  if (!forced && serversFromEnvironment()) return 'environment';
  const kind = forced ?? readJson(kindPath(context.home))?.kind ?? null;
  if (kind === 'native') return mustRunNatively(context);
  if (await hasDockerEngine()) return 'docker';
  if (kind === 'docker') {
    throw new Failure({
      what: 'No Docker engine answers',
      why: forced ? '--stack docker was given' : `the data of ${context.home} is in Docker`,
      fix: `${installHint('docker')}\nor give --stack native${forced ? '' : ' (which begins with empty data)'}.`,
      exitCode: 2,
    });
  }
  return mustRunNatively(context);
}

async function mustRunNatively(context) {
  try {
    await mustRunKafka(context);
    return 'native';
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure({ what: 'Nothing here can run Kafka, PostgreSQL and Redis', why: error.message, fix: stackHint(), exitCode: 2, cause: error });
  }
}

/**
 * Containers outlive a launcher that was killed, and would hold the ports that the next one wants to use again.
 * @param {{ root: string, home: string, ports: Record<string, number> | undefined }} last what the last start used
 */
export async function stopLeftContainers(last) {
  if (last.ports === undefined || readJson(kindPath(last.home))?.kind !== 'docker') return;
  if (await hasDockerEngine()) await stopParts(dockerParts(last));
}

/** What can be fetched before `npm install` is through. */
export async function fetchAhead(context, kind) {
  if (kind === 'native') await fetchKafka(context);
}

/**
 * Brings the servers up, all at once, and returns how to reach, restart and end them.
 * @param {import('./context.mjs').StackContext} context
 * @param {StackKind} kind
 */
export async function bringUp(context, kind) {
  if (kind === 'environment') return useServers();
  writeJson(kindPath(context.home), { kind });
  const parts = stackParts(context, kind);
  const started = await Promise.allSettled(Object.values(parts).map((part) => part.start()));
  const failed = started.find(({ status }) => status === 'rejected');
  if (failed) {
    await stopParts(parts);
    throw failed.reason;
  }
  const children = Object.fromEntries(Object.keys(parts).map((name, index) => [name, started[index].value]));
  return { kind, parts, children, ...urlsOf(parts), stop: () => stopParts(parts) };
}

/** Throws the data of a stack of our own away; servers from the environment are never emptied. */
export async function emptyStack(context, kind) {
  if (kind === 'environment') {
    throw new Failure({
      what: '--fresh is not for servers named in the environment',
      why: 'they may hold what is not ours',
      fix: 'Leave --fresh out, or unset KAFKA_BROKERS, REDIS_URL and DATABASE_URL for a stack of our own.',
      exitCode: 2,
    });
  }
  if (kind === 'docker') await emptyDockerStack(context);
  for (const part of ['kafka', 'postgres', 'redis']) rmSync(join(context.home, part), { recursive: true, force: true });
}

/** @returns {Record<'kafka' | 'postgres' | 'redis', import('./context.mjs').StackPart>} */
export function stackParts(context, kind) {
  if (kind === 'docker') return dockerParts(context);
  return { kafka: kafkaPart(context), postgres: postgresPart(context), redis: redisPart(context) };
}

async function useServers() {
  const servers = serversFromEnvironment();
  await mustAnswer(servers);
  return { kind: 'environment', parts: {}, children: {}, ...servers, stop: async () => {} };
}

function urlsOf(parts) {
  return { kafka: parts.kafka.url, redis: parts.redis.url, postgres: parts.postgres.url };
}

/** Ends all parts even when one of them cannot be ended, and then tells about that one. */
async function stopParts(parts) {
  const stopped = await Promise.allSettled(Object.values(parts).map((part) => part.stop()));
  const failed = stopped.find(({ status }) => status === 'rejected');
  if (failed) throw failed.reason;
}

/** The description of a running stack that tests and other tools read; see attach.mjs. */
function describeStack(context, stack) {
  const { root, home, cache, ports } = context;
  const pids = Object.fromEntries(Object.values(stack.parts).map((part) => [part.name, part.pid()]));
  return { kind: stack.kind, kafka: stack.kafka, redis: stack.redis, postgres: stack.postgres, pids, ports, home, cache, root };
}

export function writeStackFile(path, context, stack) {
  writeJson(path, describeStack(context, stack), { mode: OWNER_ONLY });
}

function kindPath(home) {
  return join(home, 'stack-kind.json');
}
