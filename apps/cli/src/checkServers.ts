import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkTopics } from '@quayside/kafka';
import {
  openDatabase,
  readMigrations,
  readPostgresSettings,
  readRedisSettings,
  type Database,
  type PostgresSettings,
  type RedisSettings,
} from '@quayside/store';
import { note, ok, wrong, type CheckLine } from './doctorCheck.js';
import { messageOf } from './fault.js';
import { ROOT, type Place } from './place.js';
import { logSettings } from './stores.js';

/** Clocks may differ by this much without a word: events are dated by warehouses, whose clocks are worse. */
const SKEW_MS_TOLERATED = 500;
const RESTART = 'Start it; with `npm start` it is started again by itself, and its log lies in the data folder under logs/.';

/** Postgres: does it answer, does it keep what it confirms, are the tables ours, does its clock agree. */
export async function checkPostgres(place: Place): Promise<CheckLine[]> {
  if (place.postgres === undefined) return [unknown('postgres', 'DATABASE_URL')];
  const database = openDatabase({ url: place.postgres, schema: place.schema });
  try {
    const before = Date.now();
    const settings = await readPostgresSettings(database.pool);
    return [...judgePostgres(settings), judgeClock(settings.now, { before, after: Date.now() }), await checkMigrations(database, place.schema)];
  } catch (cause) {
    return [wrong('postgres', { what: 'Postgres does not answer', why: messageOf(cause), fix: RESTART })];
  } finally {
    await database.close();
  }
}

/** Redis: does it answer, may it lose levels by itself. */
export async function checkRedis(place: Place): Promise<CheckLine[]> {
  if (place.redis === undefined) return [unknown('redis', 'REDIS_URL')];
  try {
    return judgeRedis(await readRedisSettings(place.redis));
  } catch (cause) {
    return [wrong('redis', { what: 'Redis does not answer', why: messageOf(cause), fix: `${RESTART} Levels are answered from Postgres meanwhile.` })];
  }
}

/** Kafka: does it answer, are the topics there and as exactness needs them. */
export async function checkKafka(place: Place): Promise<CheckLine[]> {
  if (place.kafka === undefined) return [unknown('kafka', 'KAFKA_BROKERS')];
  try {
    await checkTopics(logSettings(place));
    return [ok('kafka', `answers on ${place.kafka}; its topics are as they have to be`)];
  } catch (cause) {
    if (isMismatch(cause))
      return cause.faults.map((why) =>
        wrong('kafka', {
          what: 'A topic is not as exactness needs it',
          why,
          fix: 'Correct its settings with kafka-configs; partitions cannot be changed back: make the topic anew and rebuild.',
        }),
      );
    const why = messageOf(cause);
    if (/does not host this topic-partition|UNKNOWN_TOPIC/i.test(why))
      return [
        wrong('kafka', {
          what: 'Topics are missing',
          why,
          fix: `Run \`node tools/setup.mjs\` with the same servers; the topic prefix is now '${place.topicPrefix}' (QUAYSIDE_TOPIC_PREFIX).`,
        }),
      ];
    return [wrong('kafka', { what: 'Kafka does not answer', why, fix: `${RESTART} Ingest answers 503 meanwhile, and senders try again.` })];
  }
}

/** What Postgres says of itself, judged. */
export function judgePostgres({ version, fsync, fullPageWrites, synchronousCommit, isInRecovery }: PostgresSettings): CheckLine[] {
  const off = [fsync ? null : 'fsync', fullPageWrites ? null : 'full_page_writes', synchronousCommit === 'off' ? 'synchronous_commit' : null].filter(
    (name) => name !== null,
  );
  if (isInRecovery)
    return [
      wrong('postgres', {
        what: 'This Postgres is a standby',
        why: 'pg_is_in_recovery() is true: nothing can be written to it',
        fix: 'Point DATABASE_URL at the primary.',
      }),
    ];
  if (off.length > 0)
    return [
      wrong('postgres', {
        what: 'Postgres may lose what it has confirmed',
        why: `${off.join(', ')} off`,
        fix: `Set ${off.map((name) => `${name} = on`).join(', ')} in postgresql.conf.`,
      }),
    ];
  return [ok('postgres', `${version} answers and keeps what it confirms`)];
}

/** The clock of Postgres beside the host's; the answer was made somewhere between the two times of the host. */
export function judgeClock(now: number, host: { readonly before: number; readonly after: number }): CheckLine {
  const skewMs = now < host.before ? now - host.before : Math.max(0, now - host.after);
  if (Math.abs(skewMs) <= SKEW_MS_TOLERATED) return ok('clocks', `host and Postgres agree within ${Math.max(Math.abs(skewMs), host.after - host.before)} ms`);
  return wrong('clocks', {
    what: `Postgres' clock is ${Math.abs(skewMs)} ms ${skewMs > 0 ? 'ahead of' : 'behind'} this host's`,
    why: 'freshness and latencies compare the two',
    fix: 'Let NTP set both (timedatectl, chronyc tracking).',
  });
}

/** What Redis says of itself, judged. */
export function judgeRedis({ version, maxMemoryBytes, evictionPolicy, isAppendOnly, isLoading }: RedisSettings): CheckLine[] {
  const lines: CheckLine[] = [];
  if (maxMemoryBytes > 0 && evictionPolicy !== 'noeviction')
    lines.push(
      wrong('redis', {
        what: 'Redis evicts keys',
        why: `maxmemory-policy is ${evictionPolicy}: a level that is thrown away looks like one that does not exist`,
        fix: 'CONFIG SET maxmemory-policy noeviction, and the same in redis.conf.',
      }),
    );
  if (!isAppendOnly)
    lines.push(
      note('redis', {
        what: 'Redis does not write its log (appendonly no)',
        why: 'after a restart all levels are read from Postgres again, which takes a while with many',
        fix: 'CONFIG SET appendonly yes, and the same in redis.conf.',
      }),
    );
  if (isLoading)
    lines.push(
      note('redis', {
        what: 'Redis is loading its data',
        why: 'it was started a moment ago',
        fix: 'Wait: levels are answered from Postgres until it is done.',
      }),
    );
  return lines.length > 0 ? lines : [ok('redis', `${version} answers, evicts nothing and writes its log`)];
}

async function checkMigrations({ pool }: Database, schema: string): Promise<CheckLine> {
  const applied = await readMigrations(pool);
  const setUp = 'Run `npm start`, or `node tools/setup.mjs` with the same servers.';
  if (applied === null) return wrong('tables', { what: `The schema ${schema} has no tables`, why: 'no migration was ever applied to it', fix: setUp });
  const wanted = listMigrations();
  const missing = wanted.filter((name) => !applied.includes(name));
  if (missing.length > 0) return wrong('tables', { what: 'The tables are older than this version', why: `not applied: ${missing.join(', ')}`, fix: setUp });
  const newer = wanted.length === 0 ? [] : applied.filter((name) => !wanted.includes(name));
  if (newer.length > 0)
    return wrong('tables', {
      what: 'The tables are newer than this version',
      why: `unknown here: ${newer.join(', ')}`,
      fix: 'Run the version that made them.',
    });
  return ok('tables', `${applied.length} migrations applied to ${schema}`);
}

/** None where the migrations are not beside us (an installed package). */
function listMigrations(): string[] {
  try {
    return readdirSync(join(ROOT, 'prisma', 'migrations'), { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  } catch {
    return [];
  }
}

function unknown(part: string, variable: string): CheckLine {
  return wrong(part, {
    what: 'It is not known where it runs',
    why: `there is no endpoints.json of a running \`npm start\`, and ${variable} is not set`,
    fix: `Start Quayside, name its endpoints.json with --endpoints FILE, or set ${variable}.`,
  });
}

const isMismatch = (cause: unknown): cause is { readonly faults: readonly string[] } => (cause as { code?: unknown } | null)?.code === 'TOPIC_MISMATCH';
