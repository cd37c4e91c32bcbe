import { Failure } from '../host/failure.mjs';
import { isListening } from '../host/ports.mjs';

const VARIABLES = { kafka: 'KAFKA_BROKERS', redis: 'REDIS_URL', postgres: 'DATABASE_URL' };
const DEFAULT_PORTS = { kafka: 9092, redis: 6379, postgres: 5432 };

/**
 * The servers that the environment names, or null when it names none.
 * Some but not all is refused: guessing which half is meant would put data where nobody looks for it.
 * @returns {{ kafka: string, redis: string, postgres: string } | null}
 */
export function serversFromEnvironment(environment = process.env) {
  const entries = Object.entries(VARIABLES);
  const missing = entries.filter(([, variable]) => !environment[variable]).map(([, variable]) => variable);
  if (missing.length === entries.length) return null;
  if (missing.length > 0) {
    const present = entries.map(([, variable]) => variable).filter((variable) => !missing.includes(variable));
    throw new Failure({
      what: `${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not set`,
      why: `${present.join(' and ')} ${present.length > 1 ? 'are' : 'is'} set, and servers of yours are used only all three together`,
      fix: `Set ${missing.join(' and ')} too, or unset ${present.join(' and ')} (or give --stack native) for a stack of our own.`,
      exitCode: 2,
    });
  }
  return Object.fromEntries(entries.map(([name, variable]) => [name, environment[variable]]));
}

/** Refuses to go on with a server that nobody answers at: every service would only say the same, later and worse. */
export async function mustAnswer(servers) {
  for (const [name, variable] of Object.entries(VARIABLES)) {
    const addresses = addressesOf(name, servers[name]);
    const answers = await Promise.all(addresses.map(({ host, port }) => isListening(port, host)));
    if (answers.some(Boolean)) continue;
    throw new Failure({
      what: `Nothing answers at ${addresses.map(({ host, port }) => `${host}:${port}`).join(', ')}`,
      why: `${variable} says that ${name} is there`,
      fix: `Start it, correct ${variable}, or unset all of ${Object.values(VARIABLES).join(', ')} for a stack of our own.`,
    });
  }
}

function addressesOf(name, value) {
  if (name === 'kafka') return value.split(',').map((broker) => parseAddress(name, `kafka://${broker.trim()}`));
  return [parseAddress(name, value)];
}

function parseAddress(name, text) {
  if (!URL.canParse(text)) {
    throw new Failure({ what: `${VARIABLES[name]} cannot be read`, why: 'it is not of the form that the server has', fix: FORMS[name], exitCode: 2 });
  }
  const { hostname, port } = new URL(text);
  return { host: hostname.replace(/^\[|\]$/g, '') || '127.0.0.1', port: Number(port) || DEFAULT_PORTS[name] };
}

const FORMS = {
  kafka: 'KAFKA_BROKERS=host:9092[,host:9092…]',
  redis: 'REDIS_URL=redis://[:password@]host:6379',
  postgres: 'DATABASE_URL=postgresql://user:password@host:5432/database',
};
