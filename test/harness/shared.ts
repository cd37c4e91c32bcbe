import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import { ROOT } from '@quayside/tools/root.mjs';

/** Where the public history lies: beside the repository, or where QUAYSIDE_SHARED says. Never copied into it. */
export const SHARED = process.env['QUAYSIDE_SHARED'] ?? join(ROOT, '..', 'shared');

/** A suite that needs a file of `shared`; it is skipped, and says so, where the file is not there. */
export function describeWithShared(file: string, title: string, suite: () => void): void {
  if (existsSync(join(SHARED, file))) describe(title, suite);
  else describe.skip(`${title} [skipped: ${file} is not there; put the shared folder beside the repository or set QUAYSIDE_SHARED]`, suite);
}
