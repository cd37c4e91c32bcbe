import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { Failure, reportFailure } from './host/failure.mjs';
import { writeAtomically } from './host/files.mjs';
import { planPorts } from './host/portPlan.mjs';
import { NO_FILTERS, openSchemaEngine } from './prisma/schemaEngine.mjs';
import { ROOT } from './root.mjs';
import { postgresPart } from './stack/postgres.mjs';
import { makeTestFolder } from './test/folder.mjs';

const POSTGRES_PORT_BASE = 20_500;

const USAGE = `node tools/new-migration.mjs <name>

Writes prisma/migrations/<time>_<name>/migration.sql: the way from the schema of the last commit to the present one.
Read it, and add by hand what the schema language cannot say (partial indexes, partitions, checks).`;

async function main() {
  const [name] = process.argv.slice(2);
  if (!/^[a-z][a-z0-9_]*$/.test(name ?? '')) {
    throw new Failure({ what: 'A migration needs a name', why: 'of small letters, digits and underscores', fix: USAGE, exitCode: 2 });
  }
  const schemaPath = join(ROOT, 'prisma', 'schema.prisma');
  const sql = await differenceOf({ before: committedSchema(), after: readFileSync(schemaPath, 'utf8'), schemaPath });
  if (sql.trim() === '' || sql.includes('This is an empty migration')) {
    console.log('The schema is as it was committed: nothing to migrate.');
    return;
  }
  const migrations = join(ROOT, 'prisma', 'migrations');
  const folder = join(migrations, `${timestamp(new Date())}_${name}`);
  mkdirSync(folder, { recursive: true });
  writeAtomically(join(folder, 'migration.sql'), sql);
  const lock = join(migrations, 'migration_lock.toml');
  if (!existsSync(lock)) writeAtomically(lock, 'provider = "postgresql"\n');
  console.log(join(folder, 'migration.sql'));
}

/** Null before the first commit of the schema. */
function committedSchema() {
  try {
    return execFileSync('git', ['show', 'HEAD:prisma/schema.prisma'], { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch (error) {
    if (error.code === 'ENOENT') throw new Failure({ what: 'The last commit cannot be read', why: 'the command git was not found', cause: error });
    return null;
  }
}

/** From one text to the other; the engine wants a database to talk to all the same, so it gets one for a moment. */
async function differenceOf({ before, after, schemaPath }) {
  const schemaOf = (content) => ({ tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content }] });
  const folder = makeTestFolder();
  try {
    const { ports, release } = await planPorts({ home: folder.home, base: POSTGRES_PORT_BASE, names: ['postgres'] });
    const postgres = postgresPart({ root: ROOT, home: folder.home, cache: folder.home, ports, releasePort: release });
    await postgres.start();
    const engine = await openSchemaEngine({ schemaPath, adapter: new PrismaPg({ connectionString: postgres.url }) });
    const { stdout } = await engine.diff({
      from: before === null ? { tag: 'empty' } : schemaOf(before),
      to: schemaOf(after),
      script: true,
      shadowDatabaseUrl: null,
      exitCode: null,
      filters: NO_FILTERS,
    });
    return stdout ?? '';
  } finally {
    await folder.remove();
  }
}

/** 20261124225300, in UTC: the form in which Prisma sorts its folders. */
function timestamp(now) {
  return now.toISOString().replace(/\D/g, '').slice(0, 14);
}

try {
  await main();
  process.exit(0); // the engine keeps a pool that nothing waits for
} catch (error) {
  process.exit(reportFailure(error));
}
