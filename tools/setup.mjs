import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Failure, reportFailure } from './host/failure.mjs';
import { migrate } from './prisma/migrate.mjs';
import { ROOT } from './root.mjs';

/**
 * Brings the database's schema and the topics to what this version needs. Run after install and build, before
 * the services, as often as one likes.
 * Environment: DATABASE_URL, KAFKA_BROKERS, QUAYSIDE_SCHEMA (quayside), QUAYSIDE_TOPIC_PREFIX (empty).
 */
async function setUp(environment) {
  const { QUAYSIDE_SCHEMA: schema = 'quayside', QUAYSIDE_TOPIC_PREFIX: prefix = '' } = environment;
  const databaseUrl = required(environment, 'DATABASE_URL');
  const brokers = required(environment, 'KAFKA_BROKERS')
    .split(',')
    .map((broker) => broker.trim());
  // One after the other: a failure of the topics must not cut a migration off, which Prisma would then call failed for good.
  const applied = await migrate({
    databaseUrl,
    schema,
    schemaPath: join(ROOT, 'prisma', 'schema.prisma'),
    migrationsFolder: environment.QUAYSIDE_MIGRATIONS ?? join(ROOT, 'prisma', 'migrations'),
  });
  await makeTopics({ brokers, prefix });
  console.log(applied.length > 0 ? `applied ${applied.join(', ')}` : 'the schema is up to date');
}

async function makeTopics({ brokers, prefix }) {
  // From the build and not by package name: only packages that depend on it may import it by name.
  const { ensureTopics } = await import(pathToFileURL(join(ROOT, 'libs', 'kafka', 'dist', 'index.js')).href);
  await ensureTopics({ brokers, prefix });
}

function required(environment, name) {
  if (environment[name]) return environment[name];
  throw new Failure({ what: `${name} is not set`, fix: 'npm start and npm test set it; by hand, name the server here.', exitCode: 2 });
}

try {
  await setUp(process.env);
  process.exit(0); // the engine and the Kafka client keep timers that nothing waits for any more
} catch (error) {
  process.exit(reportFailure(error));
}
