import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { OWNER_ONLY, readJson, writeJson } from '../host/files.mjs';

/**
 * What a part of the stack has to know. Plain data but for the functions, so that another process (a test) can
 * make the same one from `stack.json`.
 * @typedef {{
 *   root: string, home: string, cache: string,
 *   ports: { kafka: number, kafkaController: number, postgres: number, redis: number },
 *   signal?: AbortSignal,
 *   releasePort?: (name: string) => Promise<void>,
 *   report?: (part: string, text: string) => void,
 * }} StackContext
 * `home` is the data folder, `cache` keeps downloads; `releasePort` gives back a port that was held for a part,
 * at the last moment before it is opened; `report` is told what a part is doing now.
 */

/**
 * A server of the stack. `start` returns when it answers, `stop` ends it in order, `kill` is `kill -9`; each
 * works from any process that has the context, and a start after a stop or a kill opens the same port again.
 * @typedef {{
 *   name: string, url: string,
 *   start: () => Promise<import('node:child_process').ChildProcess | null>,
 *   stop: () => Promise<void>, kill: () => Promise<void>, pid: () => number | null,
 * }} StackPart
 */

/** Passwords of this data folder's own Postgres and Redis; made once, readable by their owner only. */
export function stackSecrets(home) {
  const path = join(home, 'keys', 'stack.json');
  const known = readJson(path);
  if (known) return known;
  const made = { postgresPassword: makePassword(), redisPassword: makePassword() };
  writeJson(path, made, { mode: OWNER_ONLY });
  return made;
}

/** Hexadecimal, so that it needs no quoting in a URL, a shell or a configuration file. */
function makePassword() {
  return randomBytes(24).toString('hex');
}

/** Names used inside the stack's own Postgres. */
export const DATABASE = 'quayside';
export const DATABASE_USER = 'quayside';

export function postgresUrl({ home, ports }) {
  return `postgresql://${DATABASE_USER}:${stackSecrets(home).postgresPassword}@127.0.0.1:${ports.postgres}/${DATABASE}`;
}

export function redisUrl({ home, ports }) {
  return `redis://:${stackSecrets(home).redisPassword}@127.0.0.1:${ports.redis}`;
}

export function kafkaUrl({ ports }) {
  return `127.0.0.1:${ports.kafka}`;
}
