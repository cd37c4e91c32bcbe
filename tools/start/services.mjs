import { join } from 'node:path';
import { AUDIENCE, ISSUER } from './keys.mjs';

/** Young objects die young in a batch, when there is room for them to: measured in design/performance.md. */
const NODE_FLAGS = ['--max-semi-space-size=64', '--enable-source-maps'];

/**
 * The processes of the product and what each is told: the whole contract between the launcher and a service.
 * @param {{ root: string, stack: { kind: string, kafka: string, redis: string, postgres: string },
 *           ports: Record<string, number>, keys: { apiKeysFile: string, jwksFile: string },
 *           inventoryCount: number, hasDashboard: boolean }} plan
 * @returns {{ name: string, port: number, url: string, healthUrl: string, args: string[], env: object }[]}
 */
export function planServices(plan) {
  const { keys, ports } = plan;
  // Whoever develops a page of his own names its origin beside ours.
  const origins = [`http://127.0.0.1:${ports.dashboard}`, process.env.DASHBOARD_ORIGIN].filter(Boolean).join(',');
  const issuer = { JWKS_FILE: keys.jwksFile, JWT_ISSUER: ISSUER, JWT_AUDIENCE: AUDIENCE };
  const services = [
    serviceOf(plan, { name: 'ingest', env: { API_KEYS_FILE: keys.apiKeysFile } }),
    ...inventoryNames(plan.inventoryCount).map((name) => serviceOf(plan, { name, app: 'inventory' })),
    serviceOf(plan, { name: 'alerting' }),
    serviceOf(plan, { name: 'gateway', env: { ...issuer, DASHBOARD_ORIGIN: origins } }),
  ];
  return plan.hasDashboard ? [...services, dashboardOf(plan)] : services;
}

/** inventory, inventory-2, …: processes of one consumer group that share the partitions. */
export function inventoryNames(count) {
  return Array.from({ length: count }, (_, index) => (index === 0 ? 'inventory' : `inventory-${index + 1}`));
}

/** What a service and the setup are told about the stack and about our names on it. */
export function stackEnvironment(stack) {
  return {
    KAFKA_BROKERS: stack.kafka,
    REDIS_URL: stack.redis,
    DATABASE_URL: stack.postgres,
    QUAYSIDE_SCHEMA: process.env.QUAYSIDE_SCHEMA ?? 'quayside',
    // Other people's topics may lie on a broker that is not our own.
    QUAYSIDE_TOPIC_PREFIX: process.env.QUAYSIDE_TOPIC_PREFIX ?? (stack.kind === 'environment' ? 'quayside.' : ''),
    QUAYSIDE_REDIS_PREFIX: process.env.QUAYSIDE_REDIS_PREFIX ?? 'quayside:',
  };
}

function serviceOf({ root, stack, ports }, { name, app = name, env = {} }) {
  const port = ports[name];
  return {
    ...addressOf(name, port),
    healthUrl: `http://127.0.0.1:${port}/health/ready`,
    args: [...NODE_FLAGS, join(root, 'apps', app, 'dist', 'main.js')],
    env: { ...process.env, ...stackEnvironment(stack), ...listenOn(port), LOG_LEVEL: process.env.LOG_LEVEL ?? 'info', ...env },
  };
}

function dashboardOf({ root, ports }) {
  const port = ports.dashboard;
  return {
    ...addressOf('dashboard', port),
    healthUrl: `http://127.0.0.1:${port}/health/ready`,
    args: [join(root, 'apps', 'dashboard', 'serve.mjs')],
    env: {
      ...process.env,
      ...listenOn(port),
      GRAPHQL_URL: graphqlUrl(ports),
      GRAPHQL_WS_URL: graphqlWsUrl(ports),
      INGEST_URL: `http://127.0.0.1:${ports.ingest}`,
    },
  };
}

export function graphqlUrl(ports) {
  return `http://127.0.0.1:${ports.gateway}/graphql`;
}

export function graphqlWsUrl(ports) {
  return `ws://127.0.0.1:${ports.gateway}/graphql`;
}

function addressOf(name, port) {
  return { name, port, url: `http://127.0.0.1:${port}` };
}

function listenOn(port) {
  return { HOST: '127.0.0.1', PORT: String(port) };
}
