import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { Fault, messageOf, usageFault } from './fault.js';

/** Where Quayside runs, as far as it is known: each command asks for what it needs with the functions below. */
export interface Place {
  /** The file that was read; null when only the environment speaks. */
  readonly file: string | null;
  /** The data folder: keys lie in it. */
  readonly home: string;
  readonly kafka: string | undefined;
  readonly redis: string | undefined;
  readonly postgres: string | undefined;
  readonly schema: string;
  readonly topicPrefix: string;
  readonly redisPrefix: string;
  readonly ingest: string | undefined;
  readonly graphql: string | undefined;
  readonly graphqlWs: string | undefined;
  readonly apiKey: string | undefined;
  readonly token: string | undefined;
  /** Base URL of each process that answers /health/ready. */
  readonly services: Readonly<Record<string, string>>;
}
export type Environment = Readonly<Record<string, string | undefined>>;

/** The repository that this file was built in. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Finds where things run: `--endpoints`, QUAYSIDE_ENDPOINTS, else endpoints.json of the data folder; then what the environment
 * names wins over the file. Throws Fault where a named file cannot be used; nothing found is no fault yet.
 */
export function findPlace(environment: Environment, named?: string): Place {
  const home = resolve(environment['QUAYSIDE_HOME'] ?? join(ROOT, '.quayside'));
  const asked = named ?? environment['QUAYSIDE_ENDPOINTS'];
  const file = resolve(asked ?? join(home, 'endpoints.json'));
  const found = existsSync(file);
  if (asked !== undefined && !found)
    throw usageFault(
      `The endpoints file ${file} is not there`,
      'it was named with --endpoints or QUAYSIDE_ENDPOINTS',
      'Name the endpoints.json that `npm start` writes into its data folder once everything answers.',
    );
  const endpoints = found ? readEndpoints(file) : {};
  const folder = asked === undefined ? home : dirname(file);
  const isForeign = ['KAFKA_BROKERS', 'REDIS_URL', 'DATABASE_URL'].every((name) => isSet(environment[name]));
  const value = (name: string): string | undefined => (isSet(environment[name]) ? environment[name] : undefined);
  return {
    file: found ? file : null,
    home: folder,
    kafka: value('KAFKA_BROKERS') ?? endpoints.kafka,
    redis: value('REDIS_URL') ?? endpoints.redis,
    postgres: value('DATABASE_URL') ?? endpoints.postgres,
    schema: value('QUAYSIDE_SCHEMA') ?? endpoints.schema ?? 'quayside',
    // As npm start does: other people's topics may lie on a broker that is not our own.
    topicPrefix: environment['QUAYSIDE_TOPIC_PREFIX'] ?? endpoints.topicPrefix ?? (isForeign ? 'quayside.' : ''),
    redisPrefix: value('QUAYSIDE_REDIS_PREFIX') ?? endpoints.redisPrefix ?? 'quayside:',
    ingest: value('QUAYSIDE_INGEST_URL') ?? endpoints.ingest,
    graphql: value('QUAYSIDE_GRAPHQL_URL') ?? endpoints.graphql,
    graphqlWs: value('QUAYSIDE_GRAPHQL_WS_URL') ?? endpoints.graphqlWs,
    apiKey: value('QUAYSIDE_API_KEY') ?? endpoints.tokens?.ingest,
    token: value('QUAYSIDE_TOKEN') ?? endpoints.tokens?.reader,
    services: servicesOf(endpoints, folder),
  };
}

/** What a command cannot do without; throws Fault that names the variable which would give it. */
export function need<K extends keyof typeof VARIABLES>(place: Place, key: K): string {
  const value = place[key];
  if (value !== undefined) return value;
  const [what, variable] = VARIABLES[key];
  throw new Fault({
    what: `Nothing says where ${what} is`,
    why:
      place.file === null
        ? `there is no endpoints.json in ${place.home}, so no Quayside runs from this checkout, and ${variable} is not set`
        : `${place.file} does not name it, and ${variable} is not set`,
    fix: `Start Quayside with \`npm start\`, name its endpoints.json with --endpoints FILE, or set ${variable}.`,
  });
}

const VARIABLES = {
  kafka: ['Kafka', 'KAFKA_BROKERS'],
  redis: ['Redis', 'REDIS_URL'],
  postgres: ['Postgres', 'DATABASE_URL'],
  ingest: ['ingest', 'QUAYSIDE_INGEST_URL'],
  graphql: ['the gateway', 'QUAYSIDE_GRAPHQL_URL'],
  graphqlWs: ['the gateway', 'QUAYSIDE_GRAPHQL_WS_URL'],
  apiKey: ['an API key', 'QUAYSIDE_API_KEY'],
  token: ['a token', 'QUAYSIDE_TOKEN'],
} as const;

const url = z.string().min(1);
const endpointsFile = z.object({
  ingest: url.optional(),
  graphql: url.optional(),
  graphqlWs: url.optional(),
  dashboard: url.optional(),
  kafka: url.optional(),
  redis: url.optional(),
  postgres: url.optional(),
  schema: z.string().optional(),
  topicPrefix: z.string().optional(),
  redisPrefix: z.string().optional(),
  services: z.record(z.string(), url).optional(),
  pids: z.record(z.string(), z.number()).optional(),
  tokens: z.object({ ingest: z.string().optional(), reader: z.string().optional() }).optional(),
});
type Endpoints = z.infer<typeof endpointsFile>;

function readEndpoints(file: string): Endpoints {
  try {
    return endpointsFile.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new Fault({
      what: `The endpoints file ${file} cannot be read`,
      why: messageOf(cause),
      fix: 'Start Quayside again with `npm start`: it writes the file anew.',
      cause,
    });
  }
}

const portsFile = z.object({ ports: z.record(z.string(), z.number()) });
/** Of the ports that npm start remembers, those behind which nobody answers HTTP. */
const SERVERS = ['kafka', 'kafkaController', 'postgres', 'redis'];

/** Where each process says how it is: named in the file, else by the ports that the same npm start keeps beside it. */
function servicesOf(endpoints: Endpoints, folder: string): Record<string, string> {
  if (endpoints.services !== undefined) return endpoints.services;
  const known: Record<string, string | undefined> = { ingest: endpoints.ingest, gateway: endpoints.graphql, dashboard: endpoints.dashboard };
  const named = Object.fromEntries(Object.entries(known).flatMap(([name, at]) => (at === undefined ? [] : [[name, new URL(at).origin]])));
  return { ...portsOf(endpoints, folder), ...named };
}

function portsOf({ pids = {} }: Endpoints, folder: string): Record<string, string> {
  const file = join(folder, 'ports.json');
  if (!existsSync(file)) return {};
  const parsed = portsFile.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  // A port is kept for the next start; that something runs behind it now says only its pid.
  return Object.fromEntries(
    Object.entries(parsed.data?.ports ?? {}).flatMap(([name, port]) =>
      SERVERS.includes(name) || pids[name] === undefined ? [] : [[name, `http://127.0.0.1:${port}`]],
    ),
  );
}

const isSet = (value: string | undefined): value is string => value !== undefined && value !== '';
