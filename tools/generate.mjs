import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './host/command.mjs';
import { reportFailure } from './host/failure.mjs';
import { readText, writeAtomically } from './host/files.mjs';
import { ROOT } from './root.mjs';
import { isMain } from './isMain.mjs';

const SCHEMA = join(ROOT, 'prisma', 'schema.prisma');

/** Makes the Prisma client from the schema, unless it is there and made from this very schema. */
export async function generatePrismaClient({ signal, force = false } = {}) {
  const output = clientFolder();
  const stamp = join(output, '.generated-from');
  const fingerprint = fingerprintOf();
  if (!force && readText(stamp) === fingerprint && existsSync(join(output, 'client.ts'))) return 'unchanged';
  await runCommand(process.execPath, [join(ROOT, 'node_modules', 'prisma', 'build', 'index.js'), 'generate'], {
    what: 'Generating the Prisma client failed',
    cwd: ROOT,
    timeoutMs: 120_000,
    signal,
    // Prisma looks for a binary that generating does not use, on a host that may not be reachable. Only in this
    // child: `prisma migrate` with the stub would do nothing and say that all is well.
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true', PRISMA_HIDE_UPDATE_MESSAGE: '1', CHECKPOINT_DISABLE: '1' },
  });
  writeAtomically(stamp, fingerprint);
  return 'generated';
}

/** The output folder as the schema's generator block says, relative to the schema. */
function clientFolder() {
  const output = /generator\s+\w+\s*\{[^}]*\boutput\s*=\s*"([^"]+)"/.exec(readFileSync(SCHEMA, 'utf8'))?.[1];
  if (!output) throw new Error(`${SCHEMA} has no generator with an output`);
  return join(ROOT, 'prisma', output);
}

/** Another version of Prisma makes another client from the same schema. */
function fingerprintOf() {
  const hash = createHash('sha256').update(readFileSync(SCHEMA));
  return hash.update(readFileSync(join(ROOT, 'node_modules', 'prisma', 'package.json'))).digest('hex');
}

if (isMain(import.meta.url)) {
  try {
    console.log(`Prisma client: ${await generatePrismaClient({ force: process.argv.includes('--force') })}`);
  } catch (error) {
    process.exitCode = reportFailure(error);
  }
}
