import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { Failure } from '../host/failure.mjs';
import { migrationNames, NO_FILTERS, openSchemaEngine, readMigrations } from './schemaEngine.mjs';

/** A schema's name goes into SQL as an identifier and into a connection string: nothing that needs quoting. */
const SCHEMA_NAME = /^[a-z_][a-z0-9_]{0,62}$/;

/** Two services, tests or launchers may set the same database up at once; the number is ours, by a throw of dice. */
const SETUP_LOCK = 7_204_118_663;

/**
 * Applies the migrations that a schema has not had yet, and returns their names. Nothing is done twice, and two
 * at once wait for each other.
 * @param {{ databaseUrl: string, schema: string, schemaPath: string, migrationsFolder: string }} target
 */
export async function migrate({ databaseUrl, schema, schemaPath, migrationsFolder }) {
  if (!SCHEMA_NAME.test(schema)) {
    throw new Failure({ what: `"${schema}" cannot be a schema's name`, fix: 'Small letters, digits and underscores, please (QUAYSIDE_SCHEMA).', exitCode: 2 });
  }
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    await client.query("SET lock_timeout = '120s'");
    await client.query('SELECT pg_advisory_lock($1)', [SETUP_LOCK]);
    await createSchema(client, schema);
    if (migrationNames(migrationsFolder).length === 0) return [];
    return await applyMigrations({ databaseUrl, schema, schemaPath, migrationsFolder });
  } finally {
    await client.end(); // its lock goes with it
  }
}

/** Asked first, since a role without the right to create one gets an error even where the schema is there. */
async function createSchema(client, schema) {
  const { rowCount } = await client.query('SELECT FROM pg_namespace WHERE nspname = $1', [schema]);
  if (rowCount === 0) await client.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
}

async function applyMigrations({ databaseUrl, schema, schemaPath, migrationsFolder }) {
  const adapter = new PrismaPg({ connectionString: withSearchPath(databaseUrl, schema) }, { schema });
  const engine = await openSchemaEngine({ schemaPath, adapter });
  const { appliedMigrationNames } = await engine.applyMigrations({
    migrationsList: readMigrations(migrationsFolder),
    filters: NO_FILTERS,
  });
  return appliedMigrationNames;
}

/** The connection string with which SQL that names no schema lands in this one; other options are kept. */
function withSearchPath(databaseUrl, schema) {
  const url = new URL(databaseUrl);
  const options = [url.searchParams.get('options'), `-c search_path=${schema}`].filter(Boolean).join(' ');
  url.searchParams.set('options', options);
  return url.href;
}
